import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import type { Chart, Doubt } from '../chart.ts'
import { composedChart } from '../compose.ts'
import { type Identity, identityOf } from '../identity.ts'
import { countsOf } from '../losses.ts'
import { foldName } from '../name.ts'
import {
  claimPersons,
  type DoubtShelf,
  declared,
  joinNumbers,
  lockCharts,
  partRecords,
  touchPersons,
} from '../persons/store.ts'
import { isRestricted } from '../restricted.ts'

/**
 * Records as last read, at the hub: a record is what one source says of one patient, under that source's own id. A person's chart is made of one
 * record or of several that were joined. When what a chart says changes (`asOf` and `heard` aside) its person takes the next number of one
 * sequence, so "what changed since n" is one index scan. A record that left its source keeps its row without a body.
 */
type RecordRow = {
  source_id: string
  patient_id: string
  person_id: string
  content_hash: string
  row_hash: string
  number: string | null
  identity: Identity | null
  mixed: boolean
}

export type ChangedChart = { patientId: string; seq: number; chart: Chart | undefined }

const BATCH = 1000
const GONE = 'gone'

/** Keeps those records that say something new; gives of how many the content changed. A record may stand in `charts` once. */
export async function keepCharts(db: Database, charts: Chart[]): Promise<number> {
  if (charts.length === 0) return 0
  await lockCharts(db)
  const sources = await declared(db)
  let changed = 0
  for (const [sourceId, own] of Map.groupBy(charts, (chart) => chart.sourceId))
    for (let from = 0; from < own.length; from += BATCH)
      changed += await keepBatch(db, sourceId, sources.get(sourceId)?.issuer, own.slice(from, from + BATCH))
  return changed
}

async function keepBatch(db: Database, sourceId: string, issuer: string | undefined, charts: Chart[]): Promise<number> {
  const ids = charts.map(({ patient }) => patient.id)
  const there = await rowsOf(db, sourceId, ids)
  const made = charts.map((chart) => rowOf(chart, issuer))
  const fresh = made.filter((row) => {
    const before = there.get(row.patientId)
    return before === undefined || before.row_hash !== row.rowHash || before.number !== row.number || before.mixed
  })
  if (fresh.length === 0) return 0
  const persons = await claimPersons(
    db,
    sourceId,
    fresh.flatMap(({ patientId }) => (there.has(patientId) ? [] : [patientId])),
  )
  await sql`
    INSERT INTO chart (source_id, patient_id, person_id, own_person, content_hash, row_hash, number, identity, counts, restricted, body, as_of)
    SELECT ${sourceId}, patient_id, person_id, person_id, content_hash, row_hash, number, identity,
      ARRAY(SELECT jsonb_array_elements_text(counts)::integer), restricted, body, as_of
    FROM unnest(
      ${fresh.map((row) => row.patientId)}::text[],
      ${fresh.map((row) => there.get(row.patientId)?.person_id ?? persons.get(row.patientId) ?? null)}::text[],
      ${fresh.map((row) => row.contentHash)}::text[], ${fresh.map((row) => row.rowHash)}::text[],
      ${fresh.map((row) => row.number)}::text[], ${fresh.map((row) => JSON.stringify(row.identity))}::jsonb[],
      ${fresh.map((row) => JSON.stringify(row.counts))}::jsonb[], ${fresh.map((row) => isRestricted(row.chart))}::boolean[],
      ${fresh.map((row) => packed(row.chart))}::bytea[],
      ${fresh.map((row) => row.chart.asOf)}::bigint[])
      AS said(patient_id, person_id, content_hash, row_hash, number, identity, counts, restricted, body, as_of)
    ON CONFLICT (source_id, patient_id) DO UPDATE SET content_hash = excluded.content_hash, row_hash = excluded.row_hash,
      number = excluded.number, identity = excluded.identity, counts = excluded.counts, restricted = excluded.restricted, body = excluded.body,
      as_of = excluded.as_of, mixed = false`.execute(db)
  await touchPersons(
    db,
    fresh.flatMap((row) => {
      const before = there.get(row.patientId)
      return before === undefined || (before.content_hash === row.contentHash && !before.mixed)
        ? []
        : [before.person_id]
    }),
  )
  await rejoin(db, sourceId, there, fresh)
  return fresh.length
}

/** Records whose number or identity changed are joined or parted anew, with all others of their old and new numbers. */
async function rejoin(db: Database, sourceId: string, there: Map<string, RecordRow>, fresh: Made[]): Promise<void> {
  const changed = fresh.filter(({ patientId, number, identity }) => {
    const before = there.get(patientId)
    if (before === undefined || before.content_hash === GONE) return number !== null
    return before.number !== number || (number !== null && !sameIdentity(before.identity, identity))
  })
  await partRecords(
    db,
    sourceId,
    changed.flatMap(({ patientId, number }) => (number === null ? [patientId] : [])),
  )
  await joinNumbers(
    db,
    changed.flatMap(({ patientId, number }) => [number, there.get(patientId)?.number].filter((one) => one != null)),
  )
}

function sameIdentity(before: Identity | null, after: Identity): boolean {
  return before !== null && JSON.stringify(plain(before)) === JSON.stringify(plain(after))
}

function plain({ family, given, birthDate }: Identity): unknown[] {
  return [family, given, birthDate ?? null]
}

type Made = {
  patientId: string
  chart: Chart
  contentHash: string
  rowHash: string
  number: string | null
  identity: Identity
  counts: number[]
}

function rowOf(chart: Chart, issuer: string | undefined): Made {
  const contentHash = sha256Hex(JSON.stringify({ ...chart, asOf: 0, heard: undefined }))
  return {
    patientId: chart.patient.id,
    chart,
    contentHash,
    rowHash: sha256Hex(`${contentHash}${JSON.stringify(chart.heard ?? null)}`),
    number: numberOf(chart, issuer),
    identity: identityOf(chart.patient),
    counts: countsOf(chart),
  }
}

/** The number that joins: the issuer's name and the record number as numbers are compared; null where nothing was declared or said. */
function numberOf({ patient }: Chart, issuer: string | undefined): string | null {
  const mrn = foldName(patient.mrn).replaceAll(' ', '')
  return issuer === undefined || mrn === '' ? null : `${issuer} ${mrn}`
}

async function rowsOf(db: Database, sourceId: string, patientIds: readonly string[]): Promise<Map<string, RecordRow>> {
  const { rows } = await sql<RecordRow>`
    SELECT source_id, patient_id, person_id, content_hash, row_hash, number, identity, mixed
    FROM chart WHERE source_id = ${sourceId} AND patient_id = ANY(${[...patientIds]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.patient_id, row]))
}

/** Marks records as no longer in their source; gives how many were there. */
export async function forgetCharts(db: Database, sourceId: string, patientIds: string[], at: Instant): Promise<number> {
  if (patientIds.length === 0) return 0
  await lockCharts(db)
  const { rows } = await sql<{ patient_id: string; person_id: string; number: string | null }>`
    UPDATE chart SET body = NULL, content_hash = ${GONE}, row_hash = ${GONE}, as_of = ${at}, doubts = NULL, mixed = false,
      counts = NULL
    WHERE source_id = ${sourceId} AND patient_id = ANY(${patientIds}::text[]) AND body IS NOT NULL
    RETURNING patient_id, person_id, number`.execute(db)
  await touchPersons(
    db,
    rows.map((row) => row.person_id),
  )
  await partRecords(
    db,
    sourceId,
    rows.map((row) => row.patient_id),
  )
  await joinNumbers(
    db,
    rows.flatMap((row) => row.number ?? []),
  )
  return rows.length
}

/** The living records of a source that a complete load did not name. */
export async function recordsExcept(db: Database, sourceId: string, patientIds: string[]): Promise<string[]> {
  const { rows } = await sql<{ patient_id: string }>`
    SELECT patient_id FROM chart WHERE source_id = ${sourceId} AND body IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM unnest(${patientIds}::text[]) AS named(id) WHERE named.id = chart.patient_id)
    ORDER BY patient_id`.execute(db)
  return rows.map((row) => row.patient_id)
}

/** Records of one source under its own ids. `mixed` ones were written before sources had ids of their own, and may hold another's entries. */
export async function recordsOf(
  db: Database,
  sourceId: string,
  patientIds: readonly string[],
): Promise<Map<string, { chart: Chart; mixed: boolean }>> {
  const found = new Map<string, { chart: Chart; mixed: boolean }>()
  for (let from = 0; from < patientIds.length; from += BATCH) {
    const { rows } = await sql<{ patient_id: string; body: Buffer; mixed: boolean }>`
      SELECT patient_id, body, mixed FROM chart WHERE source_id = ${sourceId}
        AND patient_id = ANY(${patientIds.slice(from, from + BATCH)}::text[]) AND body IS NOT NULL`.execute(db)
    for (const row of rows) found.set(row.patient_id, { chart: unpacked(row.body), mixed: row.mixed })
  }
  return found
}

/** Persons' charts as they are published. */
export async function chartsOf(db: Database, personIds: readonly string[]): Promise<Map<string, Chart>> {
  const found = new Map<string, Chart>()
  for (let from = 0; from < personIds.length; from += BATCH)
    for (const [id, chart] of await composed(db, personIds.slice(from, from + BATCH))) found.set(id, chart)
  return found
}

type PartRow = {
  person_id: string
  body: Buffer
  doubts: { [Shelf in DoubtShelf]?: Doubt[] } | null
  mixed: boolean
}

const MIXED = 'it was made before sources had record numbers of their own, and its source was not read again since'

async function composed(db: Database, personIds: readonly string[]): Promise<Map<string, Chart>> {
  const { rows } = await sql<PartRow>`
    SELECT person_id, body, doubts, mixed FROM chart LEFT JOIN record_source USING (source_id)
    WHERE person_id = ANY(${[...personIds]}::text[]) AND body IS NOT NULL
    ORDER BY coalesce(rank, 1000), source_id, patient_id`.execute(db)
  const charts = new Map<string, Chart>()
  for (const [personId, parts] of Map.groupBy(rows, (row) => row.person_id)) {
    const [first, ...others] = parts.map(withDoubts)
    if (first !== undefined) charts.set(personId, composedChart(personId, [first, ...others]))
  }
  return charts
}

function withDoubts({ body, doubts, mixed }: PartRow): Chart {
  const chart = unpacked(body)
  const all = Object.values(doubts ?? {}).flat()
  if (mixed) all.push({ kind: 'mixed', sourceId: chart.sourceId, count: 1, because: MIXED })
  return all.length === 0 ? chart : { ...chart, doubts: all }
}

/** How many charts there are; with `through`, those that have not changed after it. */
export async function chartCount(db: Database, through?: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM panel_chart WHERE changed_seq <= ${through ?? Number.MAX_SAFE_INTEGER}
      AND EXISTS (SELECT 1 FROM chart WHERE chart.person_id = panel_chart.person_id AND body IS NOT NULL)`.execute(db)
  return rows[0]?.count ?? 0
}

/** Living records of a source: of how many a read may take some away. */
export async function recordCount(db: Database, sourceId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM chart WHERE source_id = ${sourceId} AND body IS NOT NULL`.execute(db)
  return rows[0]?.count ?? 0
}

/** Of each list of a source's living records, in the order of SECTION_NAMES: entries in all, and records that have any. */
export async function listCounts(db: Database, sourceId: string): Promise<{ entries: number[]; filled: number[] }> {
  await fillCounts(db, sourceId)
  const { rows } = await sql<{ at: number; entries: number; filled: number }>`
    SELECT at, sum(n) AS entries, count(*) FILTER (WHERE n > 0) AS filled
    FROM chart, unnest(counts) WITH ORDINALITY AS list(n, at)
    WHERE source_id = ${sourceId} AND body IS NOT NULL GROUP BY at ORDER BY at`.execute(db)
  return { entries: rows.map((row) => row.entries), filled: rows.map((row) => row.filled) }
}

/** Records that were written before lists were counted. */
async function fillCounts(db: Database, sourceId: string): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ patient_id: string; body: Buffer }>`
      SELECT patient_id, body FROM chart WHERE source_id = ${sourceId} AND body IS NOT NULL AND counts IS NULL
      LIMIT ${BATCH}`.execute(db)
    if (rows.length === 0) return
    await sql`UPDATE chart SET counts = ARRAY(SELECT jsonb_array_elements_text(said.counts)::integer)
      FROM unnest(${rows.map((row) => row.patient_id)}::text[],
        ${rows.map((row) => JSON.stringify(countsOf(unpacked(row.body))))}::jsonb[]) AS said(patient_id, counts)
      WHERE chart.source_id = ${sourceId} AND chart.patient_id = said.patient_id`.execute(db)
  }
}

/** After a source's declared issuer changed: its records get their numbers anew, and are joined or parted. */
export async function renumberRecords(db: Database, sourceId: string): Promise<void> {
  let after = ''
  for (;;) {
    const from = after
    const last = await db.transaction().execute(async (together) => {
      await lockCharts(together)
      const { rows } = await sql<{ patient_id: string; body: Buffer }>`
        SELECT patient_id, body FROM chart WHERE source_id = ${sourceId} AND body IS NOT NULL AND NOT mixed
          AND patient_id > ${from} ORDER BY patient_id LIMIT ${BATCH}`.execute(together)
      await keepCharts(
        together,
        rows.map((row) => unpacked(row.body)),
      )
      return rows.at(-1)?.patient_id
    })
    if (last === undefined) return
    after = last
  }
}

/**
 * The number up to which every change is committed and visible: what is read with `chartsChangedBetween` up to it is complete, whatever other
 * transactions do meanwhile. Waits for batches that are being written (at most one batch of each reader).
 */
export async function chartHorizon(db: Database): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    await lockCharts(transaction)
    const read = await sql<{ last: number }>`SELECT coalesce(max(changed_seq), 0) AS last FROM panel_chart`.execute(
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
    const { rows } = await sql<{ person_id: string; changed_seq: number }>`
      SELECT person_id, changed_seq FROM panel_chart WHERE changed_seq > ${from} AND changed_seq <= ${through}
      ORDER BY changed_seq LIMIT ${BATCH}`.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    const charts = await composed(
      db,
      rows.map((row) => row.person_id),
    )
    const changes = rows.map((row) => ({
      patientId: row.person_id,
      seq: row.changed_seq,
      chart: charts.get(row.person_id),
    }))
    yield only === 'living' ? changes.filter(({ chart }) => chart !== undefined) : changes
    from = last.changed_seq
  }
}

/** A chart as it is stored. */
export function packed(chart: Chart): Buffer {
  return zstdCompressSync(JSON.stringify(chart))
}

export function unpacked(body: Buffer): Chart {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it
  return JSON.parse(zstdDecompressSync(body).toString('utf8')) as Chart
}
