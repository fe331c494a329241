import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { SectionName } from '../../chart/chart.ts'
import type { Cursor, SetAside } from '../../connect/ehr.ts'
import type { KeptAside, SourceRead, SourceState } from './sources.ts'

type SourceTables = {
  source_state: {
    source_id: string
    kind: string
    name: string
    cursor: Cursor | null
    tried_at: number | null
    read_at: number | null
    as_of: number | null
    schedule_as_of: number | null
    sections: { [Name in SectionName]?: Instant } | null
    deletions_at: number | null
    canary: number | null
    stamp_back: number | null
    canary_written_at: number | null
    canary_failing: string | null
    failing: NonNullable<SourceState['failing']> | null
    progress: NonNullable<SourceState['progress']> | null
  }
  source_read: {
    source_id: string
    ended_at: number
    as_of: number | null
    took_ms: number
    charts: number
    appointments: number
    set_aside: number
    outcome: 'done' | 'failed'
    because: string
  }
  set_aside: {
    source_id: string
    key: string
    where_found: string
    because: string
    raw: string
    first_at: number
    last_at: number
    times: number
    patient_id: string | null
    section: SectionName | null
    dismissed_by: string | null
    dismissed_at: number | null
    dismissed_reason: string | null
  }
}

const on = (db: Database) => db.withTables<SourceTables>()

/** Makes the state row of every configured source, with its name as configured now. */
export async function nameSources(db: Database, sources: { id: string; kind: string; name: string }[]): Promise<void> {
  for (const { id, kind, name } of sources)
    await sql`INSERT INTO source_state (source_id, kind, name) VALUES (${id}, ${kind}, ${name})
      ON CONFLICT (source_id) DO UPDATE SET kind = excluded.kind, name = excluded.name`.execute(db)
}

export async function sourceStates(db: Database): Promise<SourceState[]> {
  const rows = await on(db).selectFrom('source_state').selectAll().orderBy('source_id').execute()
  const aside = await on(db)
    .selectFrom('set_aside')
    .select((of) => ['source_id', of.fn.countAll<number>().as('count')])
    .groupBy('source_id')
    .execute()
  const counts = new Map(aside.map((row) => [row.source_id, row.count]))
  return rows.map((row) => stateOf(row, counts.get(row.source_id) ?? 0))
}

export async function sourceState(db: Database, sourceId: string): Promise<SourceState | undefined> {
  return (await sourceStates(db)).find((state) => state.sourceId === sourceId)
}

export async function noteReadBegun(db: Database, sourceId: string, at: Instant): Promise<void> {
  await on(db).updateTable('source_state').set({ tried_at: at }).where('source_id', '=', sourceId).execute()
}

export async function noteProgress(
  db: Database,
  sourceId: string,
  progress: NonNullable<SourceState['progress']>,
): Promise<void> {
  await on(db)
    .updateTable('source_state')
    .set({ progress: sql`${JSON.stringify(progress)}::jsonb` })
    .where('source_id', '=', sourceId)
    .execute()
}

export type ReadEnd = {
  cursor: Cursor
  asOf: Instant
  scheduleAsOf: Instant | undefined
  canary: Instant | undefined
  sections?: { [Name in SectionName]?: Instant } | undefined
  deletionsAt?: Instant | undefined
}

/** A read ended well: the cursor moves, and what it proved of freshness only ever moves forward. */
export async function noteReadEnded(db: Database, sourceId: string, end: ReadEnd, read: SourceRead): Promise<void> {
  await sql`UPDATE source_state SET cursor = ${JSON.stringify(end.cursor)}::jsonb, read_at = ${read.endedAt},
      as_of = greatest(as_of, ${end.asOf}), sections = ${JSON.stringify(end.sections ?? {})}::jsonb,
      deletions_at = greatest(deletions_at, ${end.deletionsAt ?? null}::bigint), schedule_as_of = greatest(schedule_as_of, ${end.scheduleAsOf ?? null}::bigint),
      canary = greatest(canary, ${end.canary ?? null}::bigint), stamp_back = greatest(stamp_back, ${end.canary ?? null}::bigint), failing = NULL, progress = NULL
    WHERE source_id = ${sourceId}`.execute(db)
  await keepRead(db, sourceId, read)
}

export async function noteReadFailed(
  db: Database,
  sourceId: string,
  kind: 'transient' | 'ambiguous' | 'permanent',
  read: SourceRead,
): Promise<void> {
  const failing = JSON.stringify({ since: read.endedAt, endedAt: read.endedAt, kind, because: read.because })
  await sql`UPDATE source_state SET progress = NULL,
      failing = CASE WHEN failing IS NULL THEN ${failing}::jsonb
        ELSE ${failing}::jsonb || jsonb_build_object('since', failing->'since') END
    WHERE source_id = ${sourceId}`.execute(db)
  await keepRead(db, sourceId, read)
}

/** That a stamp was written into the source, or why stamps cannot be followed. */
export async function noteCanary(
  db: Database,
  sourceId: string,
  wrote: { at: Instant } | { failing: string },
): Promise<void> {
  const set = 'at' in wrote ? { canary_written_at: wrote.at, canary_failing: null } : { canary_failing: wrote.failing }
  await on(db).updateTable('source_state').set(set).where('source_id', '=', sourceId).execute()
}

/** That a stamp was seen to have come through. */
export async function noteStampBack(db: Database, sourceId: string, stamp: Instant): Promise<void> {
  await sql`UPDATE source_state SET stamp_back = greatest(stamp_back, ${stamp}::bigint) WHERE source_id = ${sourceId}`.execute(
    db,
  )
}

async function keepRead(db: Database, sourceId: string, read: SourceRead): Promise<void> {
  await on(db)
    .insertInto('source_read')
    .values({
      source_id: sourceId,
      ended_at: read.endedAt,
      as_of: read.asOf ?? null,
      took_ms: read.tookMs,
      charts: read.charts,
      appointments: read.appointments,
      set_aside: read.setAside,
      outcome: read.outcome,
      because: read.because,
    })
    .execute()
}

/** Reads that ended at or after `since`, oldest first. */
export async function readsSince(db: Database, sourceId: string, since: Instant): Promise<SourceRead[]> {
  const rows = await on(db)
    .selectFrom('source_read')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('ended_at', '>=', since)
    .orderBy('ended_at')
    .execute()
  return rows.map((row) => ({
    endedAt: row.ended_at,
    asOf: row.as_of ?? undefined,
    tookMs: row.took_ms,
    charts: row.charts,
    appointments: row.appointments,
    setAside: row.set_aside,
    outcome: row.outcome,
    because: row.because,
  }))
}

export async function forgetReadsBefore(db: Database, before: Instant): Promise<void> {
  await on(db).deleteFrom('source_read').where('ended_at', '<', before).execute()
}

/**
 * Keeps what could not be understood, as brought by a read at `at`; the same record again counts up, and one that says something else is no longer
 * dismissed. Gives the patients whose charts must show it.
 */
export async function keepAside(db: Database, sourceId: string, records: SetAside[], at: Instant): Promise<string[]> {
  for (const record of records)
    await sql`INSERT INTO set_aside (source_id, key, where_found, because, raw, first_at, last_at, patient_id, section)
      VALUES (${sourceId}, ${record.key}, ${record.where}, ${record.because}, ${withoutNul(record.raw)}, ${record.at}, ${at},
        ${record.patientId ?? null}, ${record.section ?? null})
      ON CONFLICT (source_id, key) DO UPDATE SET where_found = excluded.where_found, because = excluded.because,
        raw = excluded.raw, last_at = excluded.last_at, times = set_aside.times + 1, patient_id = excluded.patient_id,
        section = excluded.section, dismissed_at = CASE WHEN set_aside.raw = excluded.raw
          AND set_aside.because = excluded.because THEN set_aside.dismissed_at END`.execute(db)
  return [...new Set(records.flatMap(({ patientId }) => patientId ?? []))]
}

/** After a complete load: what it did not set aside again was understood, or is gone. Gives the patients it concerned. */
export async function forgetAsideBefore(db: Database, sourceId: string, before: Instant): Promise<string[]> {
  const { rows } = await sql<{ patient_id: string | null }>`
    DELETE FROM set_aside WHERE source_id = ${sourceId} AND last_at < ${before} RETURNING patient_id`.execute(db)
  return [...new Set(rows.flatMap((row) => row.patient_id ?? []))]
}

/** After these records were read whole: what was not set aside of them again was understood, or is gone. */
export async function forgetAsideOf(
  db: Database,
  sourceId: string,
  patientIds: readonly string[],
  before: Instant,
): Promise<string[]> {
  if (patientIds.length === 0) return []
  const { rows } = await sql<{ patient_id: string }>`
    DELETE FROM set_aside WHERE source_id = ${sourceId} AND patient_id = ANY(${[...patientIds]}::text[])
      AND last_at < ${before} RETURNING patient_id`.execute(db)
  return [...new Set(rows.map((row) => row.patient_id))]
}

/** What is quarantined of each of these patients and not dismissed, by list. */
export async function asideOfPatients(
  db: Database,
  sourceId: string,
  patientIds: readonly string[],
): Promise<{ patientId: string; section: SectionName | undefined; because: string; count: number }[]> {
  const { rows } = await sql<{ patient_id: string; section: SectionName | null; because: string; count: number }>`
    SELECT patient_id, section, because, count(*) AS count FROM set_aside
    WHERE source_id = ${sourceId} AND patient_id = ANY(${[...patientIds]}::text[]) AND dismissed_at IS NULL
    GROUP BY patient_id, section, because ORDER BY patient_id, section, because`.execute(db)
  return rows.map((row) => ({
    patientId: row.patient_id,
    section: row.section ?? undefined,
    because: row.because,
    count: row.count,
  }))
}

/** A person's decision that a chart need not show a quarantined record, or (undefined) that it must again; undefined where it is not there, or is so already. */
export async function dismissAside(
  db: Database,
  sourceId: string,
  key: string,
  decision: { by: string; at: Instant; reason: string } | undefined,
): Promise<{ patientId: string | undefined } | undefined> {
  const { rows } = await sql<{ patient_id: string | null }>`
    UPDATE set_aside SET dismissed_by = ${decision?.by ?? null}, dismissed_at = ${decision?.at ?? null}::bigint,
      dismissed_reason = ${decision?.reason ?? null}
    WHERE source_id = ${sourceId} AND key = ${key} AND (dismissed_at IS NULL) = ${decision !== undefined}
    RETURNING patient_id`.execute(db)
  const [row] = rows
  return row === undefined ? undefined : { patientId: row.patient_id ?? undefined }
}

/** Newest first, those that nobody has dismissed before the others. */
export async function keptAside(db: Database, sourceId: string, most = 500, from = 0): Promise<KeptAside[]> {
  const rows = await on(db)
    .selectFrom('set_aside')
    .selectAll()
    .where('source_id', '=', sourceId)
    .orderBy(sql`dismissed_at IS NOT NULL`)
    .orderBy('last_at', 'desc')
    .orderBy('key')
    .limit(most)
    .offset(from)
    .execute()
  return rows.map((row) => ({
    sourceId: row.source_id,
    key: row.key,
    where: row.where_found,
    because: row.because,
    raw: row.raw,
    firstAt: row.first_at,
    lastAt: row.last_at,
    times: row.times,
    patientId: row.patient_id ?? undefined,
    section: row.section ?? undefined,
    dismissed:
      row.dismissed_at === null
        ? undefined
        : { by: row.dismissed_by ?? '', at: row.dismissed_at, reason: row.dismissed_reason ?? '' },
  }))
}

/** How many records are quarantined for each reason, most first, and how many of them were dismissed. */
export async function asideReasons(
  db: Database,
  sourceId: string,
): Promise<{ because: string; count: number; dismissed: number }[]> {
  const { rows } = await sql<{ because: string; count: number; dismissed: number }>`
    SELECT because, count(*) AS count, count(dismissed_at) AS dismissed FROM set_aside WHERE source_id = ${sourceId}
    GROUP BY because ORDER BY count DESC, because LIMIT 50`.execute(db)
  return rows
}

/** PostgreSQL's text cannot hold NUL, and garbage does. */
function withoutNul(raw: string): string {
  return raw.replaceAll('\0', '\uFFFD').slice(0, 65_536)
}

function stateOf(row: SourceTables['source_state'], setAside: number): SourceState {
  return {
    sourceId: row.source_id,
    kind: row.kind,
    name: row.name,
    cursor: row.cursor,
    triedAt: row.tried_at ?? undefined,
    readAt: row.read_at ?? undefined,
    asOf: row.as_of ?? undefined,
    sections: row.sections ?? {},
    deletionsAt: row.deletions_at ?? undefined,
    scheduleAsOf: row.schedule_as_of ?? undefined,
    canary: row.canary ?? undefined,
    stampBack: row.stamp_back ?? undefined,
    canaryWrittenAt: row.canary_written_at ?? undefined,
    canaryFailing: row.canary_failing ?? undefined,
    failing: row.failing ?? undefined,
    progress: row.progress ?? undefined,
    setAside,
  }
}
