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

/** Two sources that name many of the same people, and are not joined. */
export type SameNames = { sourceId: string; otherSourceId: string; count: number }

/**
 * How many records of two sources have the same name and whole birth date and are not one chart. Who they are is compared, not their record numbers:
 * those are compared where an issuer is declared, and what agrees there is joined.
 */
export async function sameNames(db: Database): Promise<SameNames[]> {
  const { rows } = await sql<SameNames>`
    SELECT a.source_id AS "sourceId", b.source_id AS "otherSourceId", count(*) AS count
    FROM chart a JOIN chart b ON b.identity = a.identity AND b.source_id > a.source_id
    WHERE a.body IS NOT NULL AND b.body IS NOT NULL AND a.person_id <> b.person_id AND a.identity ->> 'birthDate' IS NOT NULL
      AND a.identity -> 'family' <> '[]'::jsonb AND a.identity -> 'given' <> '[]'::jsonb
    GROUP BY a.source_id, b.source_id ORDER BY count DESC`.execute(db)
  return rows
}

/** Records of sources with a declared issuer that have no record number, so that nothing can be joined to them. */
export async function withoutNumber(db: Database): Promise<{ sourceId: string; count: number; of: number }[]> {
  const { rows } = await sql<{ sourceId: string; count: number; of: number }>`
    SELECT source_id AS "sourceId", count(*) FILTER (WHERE number IS NULL) AS count, count(*) AS of
    FROM chart JOIN record_source USING (source_id) WHERE issuer IS NOT NULL AND body IS NOT NULL AND NOT mixed
    GROUP BY source_id HAVING count(*) FILTER (WHERE number IS NULL) > 0 ORDER BY source_id`.execute(db)
  return rows
}
