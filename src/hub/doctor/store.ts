import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'

/** The settings by which a server can lose what it acknowledged. */
export type Durability = { fsync: string; full_page_writes: string; synchronous_commit: string }

export async function durability(db: Database): Promise<Durability> {
  const { rows } = await sql<Durability>`select current_setting('fsync') as fsync,
    current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit`.execute(db)
  return rows[0] ?? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }
}

export async function databaseNow(db: Database): Promise<Instant> {
  const { rows } = await sql<{
    now: number
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
  return rows[0]?.now ?? 0
}
