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

/** How many people, by name and whole birth date, have a chart of their own in each of two sources. */
export async function sharedPeople(db: Database): Promise<{ one: string; other: string; people: number }[]> {
  const { rows } = await sql<{ one: string; other: string; people: number }>`
    WITH known AS (
      SELECT source_id, person_id, identity FROM chart
      WHERE body IS NOT NULL AND identity ->> 'birthDate' IS NOT NULL AND jsonb_array_length(identity -> 'family') > 0
    )
    SELECT a.source_id AS one, b.source_id AS other, count(*) AS people
    FROM known a JOIN known b ON a.identity = b.identity AND a.source_id < b.source_id AND a.person_id <> b.person_id
    GROUP BY a.source_id, b.source_id ORDER BY a.source_id, b.source_id`.execute(db)
  return rows
}
