import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'

/** Records that were merged into others, by source: messages under the old number go on coming for days. */
const MOST_STEPS = 20

export type Merged = { fromId: string; intoId: string; at: Instant }

export async function rememberMerge(
  db: Database,
  { sourceId, fromId, intoId, at }: Merged & { sourceId: string },
): Promise<void> {
  await sql`INSERT INTO chart_merge (source_id, from_id, into_id, at) VALUES (${sourceId}, ${fromId}, ${intoId}, ${at})
    ON CONFLICT (source_id, from_id) DO UPDATE SET into_id = excluded.into_id, at = excluded.at
    WHERE chart_merge.at <= excluded.at`.execute(db)
  // Whoever is merged into is there: were it merged away before, that was undone.
  await sql`DELETE FROM chart_merge WHERE source_id = ${sourceId} AND from_id = ${intoId}`.execute(db)
}

/** A source that gives a record whole has it: it is merged no more. */
export async function forgetMerges(db: Database, sourceId: string, fromIds: readonly string[]): Promise<void> {
  if (fromIds.length === 0) return
  await sql`DELETE FROM chart_merge WHERE source_id = ${sourceId} AND from_id = ANY(${[...fromIds]}::text[])`.execute(
    db,
  )
}

/** For each of these ids that was merged, the one that is left at the end of the chain. A circle leads nowhere and is left out. */
export async function survivorsOf(
  db: Database,
  sourceId: string,
  patientIds: readonly string[],
): Promise<Map<string, string>> {
  if (patientIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; survivor: string }>`
    WITH RECURSIVE led AS (
      SELECT from_id AS id, into_id AS survivor, 1 AS steps FROM chart_merge
        WHERE source_id = ${sourceId} AND from_id = ANY(${[...patientIds]}::text[])
      UNION ALL
      SELECT led.id, chart_merge.into_id, led.steps + 1 FROM led
        JOIN chart_merge ON chart_merge.source_id = ${sourceId} AND chart_merge.from_id = led.survivor
        WHERE led.steps < ${MOST_STEPS}
    )
    SELECT DISTINCT ON (id) id, survivor FROM led WHERE steps < ${MOST_STEPS} ORDER BY id, steps DESC`.execute(db)
  return new Map(rows.filter(({ id, survivor }) => id !== survivor).map(({ id, survivor }) => [id, survivor]))
}
