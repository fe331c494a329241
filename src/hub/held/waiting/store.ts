import { sql } from 'kysely'
import type { Database } from '../../../base/database.ts'
import type { Instant } from '../../../base/time.ts'
import type { Appointment, Chart } from '../../../chart/chart.ts'
import type { Loss } from '../../../chart/losses.ts'
import { packed, unpacked } from '../../../chart/records/store.ts'
import { sectionsIn, type What } from '../held.ts'

/**
 * What a source now says of a record that would lose something by it: pending until its read has ended, held when that is too much. `held` names the
 * lists that are held back, `lost` all that is less than what is shown. `chart` is what the source says; undefined: it no longer has the record.
 */
export type Waiting = {
  patientId: string
  heldId: string | undefined
  held: What[]
  lost: Loss
  chart: Chart | undefined
}

/** In place of when the read began that found it. */
const CARRIED = 0

type Row = { patient_id: string; held_id: string | null; held: What[]; lost: Loss; body: Buffer | null }

export async function waitingOf(
  db: Database,
  sourceId: string,
  patientIds: readonly string[],
): Promise<Map<string, Waiting>> {
  if (patientIds.length === 0) return new Map()
  const { rows } = await sql<Row>`
    SELECT patient_id, held_id, held, lost, body FROM chart_held
    WHERE source_id = ${sourceId} AND patient_id = ANY(${[...patientIds]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.patient_id, waitingIn(row)]))
}

/** Held in one hold, in batches by record. */
export async function waitingInHold(
  db: Database,
  heldId: string,
  after: { sourceId: string; patientId: string } | undefined,
  most = 500,
): Promise<(Waiting & { sourceId: string })[]> {
  const { rows } = await sql<Row & { source_id: string }>`
    SELECT source_id, patient_id, held_id, held, lost, body FROM chart_held WHERE held_id = ${heldId}
      AND (source_id, patient_id) > (${after?.sourceId ?? ''}, ${after?.patientId ?? ''})
    ORDER BY source_id, patient_id LIMIT ${most}`.execute(db)
  return rows.map((row) => ({ ...waitingIn(row), sourceId: row.source_id }))
}

function waitingIn(row: Row): Waiting {
  return {
    patientId: row.patient_id,
    heldId: row.held_id ?? undefined,
    held: row.held,
    lost: row.lost,
    chart: row.body === null ? undefined : unpacked(row.body),
  }
}

export async function putWaiting(
  db: Database,
  sourceId: string,
  waiting: readonly Waiting[],
  at: Instant,
): Promise<void> {
  if (waiting.length === 0) return
  await sql`
    INSERT INTO chart_held (source_id, patient_id, held_id, held, lost, body, at)
    SELECT ${sourceId}, patient_id, held_id, held, lost, body, ${at} FROM unnest(
      ${waiting.map(({ patientId }) => patientId)}::text[], ${waiting.map(({ heldId }) => heldId ?? null)}::text[],
      ${waiting.map(({ held }) => JSON.stringify(held))}::jsonb[], ${waiting.map(({ lost }) => JSON.stringify(lost))}::jsonb[],
      ${waiting.map(({ chart }) => (chart === undefined ? null : packed(chart)))}::bytea[])
      AS said(patient_id, held_id, held, lost, body)
    ON CONFLICT (source_id, patient_id) DO UPDATE SET held_id = excluded.held_id, held = excluded.held,
      lost = excluded.lost, body = excluded.body, at = excluded.at`.execute(db)
}

export async function dropWaiting(db: Database, sourceId: string, patientIds: readonly string[]): Promise<void> {
  if (patientIds.length === 0) return
  await sql`DELETE FROM chart_held WHERE source_id = ${sourceId} AND patient_id = ANY(${[...patientIds]}::text[])`.execute(
    db,
  )
}

/** What a read that broke off would have taken away is forgotten: the next read says it again. What is carried over to the next read stays. */
export async function dropPending(db: Database, sourceId: string): Promise<void> {
  await sql`DELETE FROM chart_held WHERE source_id = ${sourceId} AND held_id IS NULL AND at <> ${CARRIED}`.execute(db)
}

/** A comparison goes on in the next read: what it found so far waits for the rest. */
export async function carryPending(db: Database, sourceId: string): Promise<void> {
  await sql`UPDATE chart_held SET at = ${CARRIED} WHERE source_id = ${sourceId} AND held_id IS NULL`.execute(db)
}

/** How many records are held in one hold. */
export async function waitingCount(db: Database, heldId: string): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`SELECT count(*) AS count FROM chart_held WHERE held_id = ${heldId}`.execute(db)
  return rows[0]?.count ?? 0
}

/** All that waits of this source, pending or held, without the charts. */
export async function waitingLosses(
  db: Database,
  sourceId: string,
): Promise<{ patientId: string; held: What[]; lost: Loss }[]> {
  const { rows } = await sql<Row>`
    SELECT patient_id, held, lost FROM chart_held WHERE source_id = ${sourceId} ORDER BY patient_id`.execute(db)
  return rows.map((row) => ({ patientId: row.patient_id, held: row.held, lost: row.lost }))
}

/** Held records of a source whose whole chart would go. */
export async function heldGone(db: Database, sourceId: string): Promise<Set<string>> {
  const { rows } = await sql<{ patient_id: string }>`
    SELECT patient_id FROM chart_held WHERE source_id = ${sourceId} AND body IS NULL`.execute(db)
  return new Set(rows.map((row) => row.patient_id))
}

export function whatIn(lost: Loss): What[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of `sections` are names of lists
  return lost.chart ? ['charts'] : (Object.keys(lost.sections) as What[])
}

/** The part of a loss that these lists are about. */
export function lossWithin(lost: Loss, whats: readonly What[]): Loss {
  const names = sectionsIn(whatIn(lost).filter((what) => whats.includes(what)))
  return {
    chart: lost.chart && whats.includes('charts'),
    sections: Object.fromEntries(names.map((name) => [name, lost.sections[name] ?? 0])),
    emptied: lost.emptied.filter((name) => names.includes(name)),
  }
}

export type LossLine = { what: What; id: string; entries: number; emptied: boolean }

/** What was taken out of charts and schedules lately: many small losses in a row are one great one. */
export async function noteLosses(
  db: Database,
  sourceId: string,
  lines: readonly LossLine[],
  at: Instant,
): Promise<void> {
  if (lines.length === 0) return
  await sql`INSERT INTO chart_loss (source_id, what, id, entries, emptied, at)
    SELECT ${sourceId}, what, id, entries, emptied, ${at} FROM unnest(${lines.map(({ what }) => what)}::text[],
      ${lines.map(({ id }) => id)}::text[], ${lines.map(({ entries }) => entries)}::integer[],
      ${lines.map(({ emptied }) => emptied)}::boolean[]) AS said(what, id, entries, emptied)`.execute(db)
}

export async function lossesSince(db: Database, sourceId: string, since: Instant): Promise<LossLine[]> {
  const { rows } = await sql<LossLine>`
    SELECT what, id, entries, emptied FROM chart_loss WHERE source_id = ${sourceId} AND at > ${since}`.execute(db)
  return rows
}

export async function forgetLossesBefore(db: Database, before: Instant): Promise<void> {
  await sql`DELETE FROM chart_loss WHERE at < ${before}`.execute(db)
}

/** Keeps what an approval takes out, so that it can be undone. */
export async function keepTaken(
  db: Database,
  heldId: string,
  sourceId: string,
  taken: readonly { patientId: string; lists: What[]; chart: Chart }[],
): Promise<void> {
  for (const { patientId, lists, chart } of taken)
    await sql`INSERT INTO chart_taken (held_id, source_id, patient_id, lists, body)
      VALUES (${heldId}, ${sourceId}, ${patientId}, ${JSON.stringify(lists)}::jsonb, ${packed(chart)})
      ON CONFLICT (held_id, source_id, patient_id) DO NOTHING`.execute(db)
}

export async function takenIn(
  db: Database,
  heldId: string,
  most = 500,
): Promise<{ sourceId: string; patientId: string; lists: What[]; chart: Chart }[]> {
  const { rows } = await sql<{ source_id: string; patient_id: string; lists: What[]; body: Buffer }>`
    SELECT source_id, patient_id, lists, body FROM chart_taken WHERE held_id = ${heldId}
    ORDER BY source_id, patient_id LIMIT ${most}`.execute(db)
  return rows.map((row) => ({
    sourceId: row.source_id,
    patientId: row.patient_id,
    lists: row.lists,
    chart: unpacked(row.body),
  }))
}

export async function dropTaken(
  db: Database,
  heldId: string,
  sourceId: string,
  patientIds: readonly string[],
): Promise<void> {
  await sql`DELETE FROM chart_taken WHERE held_id = ${heldId} AND source_id = ${sourceId}
    AND patient_id = ANY(${[...patientIds]}::text[])`.execute(db)
}

export async function keepTakenVisits(db: Database, heldId: string, visits: readonly Appointment[]): Promise<void> {
  for (const visit of visits)
    await sql`INSERT INTO appointment_taken (held_id, source_id, id, body)
      VALUES (${heldId}, ${visit.sourceId}, ${visit.id}, ${JSON.stringify(visit)}::jsonb) ON CONFLICT DO NOTHING`.execute(
      db,
    )
}

export async function takenVisits(db: Database, heldId: string): Promise<Appointment[]> {
  const { rows } = await sql<{ body: Appointment }>`
    DELETE FROM appointment_taken WHERE held_id = ${heldId} RETURNING body`.execute(db)
  return rows.map((row) => row.body)
}

/** What was taken out can be brought back for so long; the source has had it out of its own books since. */
export async function forgetTakenBefore(db: Database, before: Instant): Promise<void> {
  const old = sql`(SELECT id FROM held_back WHERE status = 'approved' AND ended_at < ${before})`
  await sql`DELETE FROM chart_taken WHERE held_id IN ${old}`.execute(db)
  await sql`DELETE FROM appointment_taken WHERE held_id IN ${old}`.execute(db)
}
