import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Database } from '../base/database.ts'
import { sha256Hex } from '../base/hash.ts'
import type { Instant } from '../base/time.ts'
import type { Appointment, Chart } from './chart.ts'

/**
 * Charts and appointments as last read, at the hub. When what a chart says changes (`asOf` and `heard` aside) its row takes the next number of
 * one sequence, so "what changed since n" is one index scan. A chart that left the source keeps its row without a body.
 */
type ChartTables = {
  chart: {
    patient_id: string
    source_id: string
    content_hash: string
    row_hash: string
    body: Buffer | null
    as_of: number
    changed_seq: number
  }
  appointment: {
    id: string
    source_id: string
    location_id: string
    starts_at: number
    content_hash: string
    body: Appointment
  }
}

export type ChangedChart = { patientId: string; seq: number; chart: Chart | undefined }

/** Any number that no other part of the program uses: writers of charts share it, the reader of the horizon takes it alone. */
const CHANGE_LOCK = 4_600_001
const BATCH = 1000
const GONE = 'gone'

/** Keeps those charts that say something new; gives how many those were. A patient may stand in `charts` once. */
export async function keepCharts(db: Database, charts: Chart[]): Promise<number> {
  let changed = 0
  for (let from = 0; from < charts.length; from += BATCH) {
    const batch = charts.slice(from, from + BATCH)
    const texts = batch.map((chart) => JSON.stringify({ ...chart, asOf: 0, heard: undefined }))
    const hashes = texts.map((text) => sha256Hex(text))
    const rowHashes = batch.map((chart, at) => sha256Hex(`${hashes[at]}${JSON.stringify(chart.heard ?? null)}`))
    await shareChangeLock(db)
    const done = await sql`
      INSERT INTO chart (patient_id, source_id, content_hash, row_hash, body, as_of)
      SELECT * FROM unnest(
        ${batch.map((chart) => chart.patient.id)}::text[], ${batch.map((chart) => chart.sourceId)}::text[],
        ${hashes}::text[], ${rowHashes}::text[], ${batch.map((chart) => pressed(chart))}::bytea[],
        ${batch.map((chart) => chart.asOf)}::bigint[])
      ON CONFLICT (patient_id) DO UPDATE SET source_id = excluded.source_id, content_hash = excluded.content_hash,
        row_hash = excluded.row_hash, body = excluded.body, as_of = excluded.as_of, changed_seq =
          CASE WHEN chart.content_hash = excluded.content_hash THEN chart.changed_seq ELSE nextval('chart_change') END
      WHERE chart.row_hash IS DISTINCT FROM excluded.row_hash`.execute(db)
    changed += Number(done.numAffectedRows ?? 0n)
  }
  return changed
}

/** Marks charts as no longer in their source; gives how many were there. */
export async function forgetCharts(db: Database, patientIds: string[], at: Instant): Promise<number> {
  if (patientIds.length === 0) return 0
  await shareChangeLock(db)
  const done = await sql`
    UPDATE chart SET body = NULL, content_hash = ${GONE}, row_hash = ${GONE}, as_of = ${at}, changed_seq = nextval('chart_change')
    WHERE patient_id = ANY(${patientIds}::text[]) AND body IS NOT NULL`.execute(db)
  return Number(done.numAffectedRows ?? 0n)
}

/** After a complete load: charts of the source that it did not name are gone. */
export async function forgetChartsExcept(
  db: Database,
  sourceId: string,
  patientIds: string[],
  at: Instant,
): Promise<number> {
  await shareChangeLock(db)
  const done = await sql`
    UPDATE chart SET body = NULL, content_hash = ${GONE}, row_hash = ${GONE}, as_of = ${at}, changed_seq = nextval('chart_change')
    WHERE source_id = ${sourceId} AND body IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM unnest(${patientIds}::text[]) AS named(id) WHERE named.id = chart.patient_id)`.execute(
    db,
  )
  return Number(done.numAffectedRows ?? 0n)
}

export async function chartsOf(db: Database, patientIds: string[]): Promise<Map<string, Chart>> {
  const found = new Map<string, Chart>()
  for (let from = 0; from < patientIds.length; from += BATCH) {
    const rows = await db
      .withTables<ChartTables>()
      .selectFrom('chart')
      .select(['patient_id', 'body', 'as_of'])
      .where('patient_id', 'in', patientIds.slice(from, from + BATCH))
      .where('body', 'is not', null)
      .execute()
    for (const row of rows) if (row.body !== null) found.set(row.patient_id, unpressed(row.body))
  }
  return found
}

/** How many charts there are; with `through`, those that have not changed after it. */
export async function chartCount(db: Database, through?: number): Promise<number> {
  const row = await db
    .withTables<ChartTables>()
    .selectFrom('chart')
    .select((on) => on.fn.countAll<number>().as('count'))
    .where('body', 'is not', null)
    .$if(through !== undefined, (query) => query.where('changed_seq', '<=', through ?? 0))
    .executeTakeFirstOrThrow()
  return row.count
}

/**
 * The number up to which every change is committed and visible: what is read with `chartsChangedBetween` up to it is complete, whatever other
 * transactions do meanwhile. Waits for batches that are being written (at most one batch of each reader).
 */
export async function chartHorizon(db: Database): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${CHANGE_LOCK})`.execute(transaction)
    const read = await sql<{ last: number }>`SELECT coalesce(max(changed_seq), 0) AS last FROM chart`.execute(
      transaction,
    )
    return read.rows[0]?.last ?? 0
  })
}

/** Charts with a change in (after, through], oldest change first, in batches. After 0 with `living` only those that are there. */
export async function* chartsChangedBetween(
  db: Database,
  after: number,
  through: number,
  only: 'all' | 'living' = 'all',
): AsyncIterable<ChangedChart[]> {
  let from = after
  for (;;) {
    const rows = await db
      .withTables<ChartTables>()
      .selectFrom('chart')
      .select(['patient_id', 'body', 'changed_seq'])
      .where('changed_seq', '>', from)
      .where('changed_seq', '<=', through)
      .$if(only === 'living', (query) => query.where('body', 'is not', null))
      .orderBy('changed_seq')
      .limit(BATCH)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map((row) => ({
      patientId: row.patient_id,
      seq: row.changed_seq,
      chart: row.body === null ? undefined : unpressed(row.body),
    }))
    from = last.changed_seq
  }
}

/** Keeps single appointments that say something new; gives how many. */
export async function keepAppointments(db: Database, appointments: Appointment[]): Promise<number> {
  let changed = 0
  for (let from = 0; from < appointments.length; from += BATCH) {
    const batch = appointments.slice(from, from + BATCH)
    const done = await sql`
      INSERT INTO appointment (id, source_id, location_id, starts_at, content_hash, body)
      SELECT * FROM unnest(
        ${batch.map((one) => one.id)}::text[], ${batch.map((one) => one.sourceId)}::text[],
        ${batch.map((one) => one.locationId)}::text[], ${batch.map((one) => one.start)}::bigint[],
        ${batch.map((one) => appointmentHash(one))}::text[], ${batch.map((one) => JSON.stringify(one))}::jsonb[])
      ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, location_id = excluded.location_id,
        starts_at = excluded.starts_at, content_hash = excluded.content_hash, body = excluded.body
      WHERE appointment.content_hash IS DISTINCT FROM excluded.content_hash`.execute(db)
    changed += Number(done.numAffectedRows ?? 0n)
  }
  return changed
}

export async function forgetAppointments(db: Database, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0
  const done = await sql`DELETE FROM appointment WHERE id = ANY(${ids}::text[])`.execute(db)
  return Number(done.numAffectedRows ?? 0n)
}

/** Makes what we hold of this source in [from, to) what it says now; gives how many were new, changed or taken out. */
export async function replaceSchedule(
  db: Database,
  sourceId: string,
  window: { from: Instant; to: Instant },
  appointments: Appointment[],
): Promise<number> {
  const held = await db
    .withTables<ChartTables>()
    .selectFrom('appointment')
    .select(['id', 'content_hash'])
    .where('source_id', '=', sourceId)
    .where('starts_at', '>=', window.from)
    .where('starts_at', '<', window.to)
    .execute()
  const before = new Map(held.map((row) => [row.id, row.content_hash]))
  const changed = appointments.filter((one) => before.get(one.id) !== appointmentHash(one))
  const now = new Set(appointments.map((one) => one.id))
  const gone = await forgetAppointments(
    db,
    held.map((row) => row.id).filter((id) => !now.has(id)),
  )
  return gone + (await keepAppointments(db, changed))
}

/** Appointments of these locations that start in [from, to), by start; every location when `locationIds` is 'all'. */
export async function appointmentsIn(
  db: Database,
  locationIds: string[] | 'all',
  from: Instant,
  to: Instant,
): Promise<Appointment[]> {
  if (locationIds !== 'all' && locationIds.length === 0) return []
  const rows = await db
    .withTables<ChartTables>()
    .selectFrom('appointment')
    .select('body')
    .where('starts_at', '>=', from)
    .where('starts_at', '<', to)
    .where((at) => (locationIds === 'all' ? at.val(true) : at('location_id', 'in', locationIds)))
    .orderBy('starts_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.body)
}

export async function appointmentsById(db: Database, ids: string[]): Promise<Map<string, Appointment>> {
  const rows = await sql<{ id: string; body: Appointment }>`
    SELECT id, body FROM appointment WHERE id = ANY(${ids}::text[])`.execute(db)
  return new Map(rows.rows.map((row) => [row.id, row.body]))
}

export async function appointmentsOfPatient(db: Database, patientId: string): Promise<Appointment[]> {
  const rows = await sql<{ body: Appointment }>`
    SELECT body FROM appointment WHERE body->>'patientId' = ${patientId} ORDER BY starts_at`.execute(db)
  return rows.rows.map((row) => row.body)
}

/** The places that appointments (of one source) name, with how many each has from `from` on: what a site may claim. */
export async function locationsSeen(
  db: Database,
  from: Instant,
  sourceId?: string,
): Promise<{ locationId: string; appointments: number }[]> {
  const appointments = db.withTables<ChartTables>().selectFrom('appointment')
  return (sourceId === undefined ? appointments : appointments.where('source_id', '=', sourceId))
    .select((on) => ['location_id as locationId', on.fn.countAll<number>().as('appointments')])
    .where('starts_at', '>=', from)
    .groupBy('location_id')
    .orderBy('location_id')
    .execute()
}

/** How many appointments each place has in [from, to), those that were cancelled left out. */
export async function appointmentCounts(db: Database, from: Instant, to: Instant): Promise<Map<string, number>> {
  const found = await sql<{ place: string; count: number }>`
    SELECT location_id AS place, count(*) AS count FROM appointment
    WHERE starts_at >= ${from} AND starts_at < ${to} AND body->>'status' <> 'cancelled' GROUP BY location_id`.execute(
    db,
  )
  return new Map(found.rows.map((row) => [row.place, row.count]))
}

async function shareChangeLock(db: Database): Promise<void> {
  if (!db.isTransaction) throw new Error('charts are written inside a transaction only, or the horizon would lie')
  await sql`SELECT pg_advisory_xact_lock_shared(${CHANGE_LOCK})`.execute(db)
}

function appointmentHash(appointment: Appointment): string {
  return sha256Hex(JSON.stringify({ ...appointment, asOf: 0 }))
}

function pressed(chart: Chart): Buffer {
  return zstdCompressSync(JSON.stringify(chart))
}

function unpressed(body: Buffer): Chart {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it
  return JSON.parse(zstdDecompressSync(body).toString('utf8')) as Chart
}
