import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { unpacked } from '../records/store.ts'
import { isRestricted } from '../restricted.ts'

const BATCH = 1000

/** Records that were written before their restriction stood in a column of its own. */
export async function fillRestricted(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ source_id: string; patient_id: string; body: Buffer }>`
      SELECT source_id, patient_id, body FROM chart WHERE restricted IS NULL AND body IS NOT NULL
      ORDER BY source_id, patient_id LIMIT ${BATCH}`.execute(db)
    if (rows.length === 0) return
    // What was read anew meanwhile has said itself what it is.
    await sql`UPDATE chart SET restricted = said.restricted
      FROM unnest(${rows.map((row) => row.source_id)}::text[], ${rows.map((row) => row.patient_id)}::text[],
        ${rows.map((row) => isRestricted(unpacked(row.body)))}::boolean[]) AS said(source_id, patient_id, restricted)
      WHERE chart.source_id = said.source_id AND chart.patient_id = said.patient_id AND chart.restricted IS NULL`.execute(
      db,
    )
  }
}

/**
 * Which of these persons have, or had, a restricted chart in any source: a record that its source took away stays what it was, and one of which it
 * is not known counts as restricted.
 */
export async function restrictedAmong(db: Database, personIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ person_id: string }>`
    SELECT DISTINCT person_id FROM chart
    WHERE person_id = ANY(${[...personIds]}::text[]) AND (restricted OR (restricted IS NULL AND body IS NOT NULL))`.execute(
    db,
  )
  return new Set(rows.map((row) => row.person_id))
}

/** How many charts are restricted; with `through`, of those that have not changed after it. */
export async function restrictedCount(db: Database, through?: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM panel_chart WHERE changed_seq <= ${through ?? Number.MAX_SAFE_INTEGER}
      AND EXISTS (SELECT 1 FROM chart WHERE chart.person_id = panel_chart.person_id AND body IS NOT NULL AND restricted)`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}
