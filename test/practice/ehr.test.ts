import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { appointmentsOf, chartsOf, SAMPLE_SOURCE } from '../../dev/practice/charts.ts'
import { startEhr } from '../../dev/practice/ehr.ts'
import { type FillProgress, fillPractice } from '../../dev/practice/fill.ts'
import { openMover } from '../../dev/practice/mover.ts'
import { FIRST_MOVED_ID } from '../../dev/practice/moves.ts'
import { practiceOf } from '../../dev/practice/practice.ts'
import { connectionOf } from '../../src/base/database.ts'
import { silentLog } from '../../src/base/log.ts'
import { type Appointment, type Chart, SECTION_NAMES, type Section } from '../../src/chart/chart.ts'
import { openSqlSource } from '../../src/connect/sql/connector.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf ehr '))
await chmod(folder, 0o711)
const ehr = await startEhr({ folder: join(folder, 'ehr'), log: silentLog, durable: false })
after(async () => {
  await ehr.stop()
  await rm(folder, { recursive: true, force: true })
})
const practice = practiceOf({ patients: 800 })
const clock = { now: () => practice.now }

async function as<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(connectionOf(url))
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

/** Waits until the standby has replayed all that is written on the primary now. */
async function replayed(): Promise<void> {
  const [at] = await as<{ lsn: string }>(ehr.urls.owner, 'SELECT pg_current_wal_lsn() AS lsn')
  for (;;) {
    const [seen] = await as<{ there: boolean }>(
      ehr.urls.reader,
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there',
      [at?.lsn],
    )
    if (seen?.there === true) return
    await pause(20)
  }
}

test('the whole practice is filled, today first, and stands on the standby as well', async () => {
  const client = new pg.Client(connectionOf(ehr.urls.owner))
  await client.connect()
  const seen: FillProgress[] = []
  await fillPractice(client, practice, { now: practice.now, progress: (at) => seen.push({ ...at }) })
  const ready = seen.find((at) => at.todayReady)
  assert.equal(ready?.days, 1)
  assert.deepEqual(seen.at(-1), { patients: 800, ofPatients: 800, days: 45, ofDays: 45, todayReady: true })
  await replayed()
  const [counted] = await as<{ patients: number; problems: number; visits: number }>(
    ehr.urls.reader,
    `SELECT (SELECT count(*)::int FROM patient) AS patients, (SELECT count(*)::int FROM problem) AS problems,
       (SELECT count(*)::int FROM appointment WHERE patient_id IS NOT NULL) AS visits`,
  )
  assert.ok(counted !== undefined && counted.patients === 800 && counted.problems > 400 && counted.visits > 10_000)

  await fillPractice(client, practice, { now: practice.now })
  const [again] = await as<{ visits: number }>(
    ehr.urls.owner,
    'SELECT count(*)::int AS visits FROM appointment WHERE patient_id IS NOT NULL',
  )
  assert.equal(again?.visits, counted.visits)
  await client.end()
})

test('what the SQL source reads on the standby is what the generator gives without a database', async () => {
  await replayed()
  const mapping = await loadMapping(join(import.meta.dirname, '../../src/connect/sql/mappings/sample-practice.yaml'))
  const environment = { HOLDFAST_EHR_URL: ehr.urls.reader, HOLDFAST_EHR_CANARY_URL: ehr.urls.canary }
  await using source = openSqlSource({ id: SAMPLE_SOURCE, mapping, environment }, { log: silentLog, clock })
  const window = { from: practice.now - 86_400_000, to: practice.now + 86_400_000 }
  const read = new Map<string, Chart>()
  const visits = new Map<string, Appointment>()
  for await (const part of source.read({ cursor: null, window })) {
    assert.notEqual(part.type, 'set-aside')
    if (part.type === 'charts')
      for (const change of part.changes) if (change.type === 'chart') read.set(change.chart.patient.id, change.chart)
    if (part.type === 'schedule') for (const one of part.appointments) visits.set(one.id, one)
  }
  assert.equal(read.size, 800)
  // Lists that the mapping cuts to the latest, or sorts its own way, are compared by what is in them.
  const plain = (chart: Chart | undefined): object | undefined =>
    chart && { ...chart, asOf: 0, ...Object.fromEntries(SECTION_NAMES.map((name) => [name, sorted(chart[name])])) }
  for (const made of chartsOf({ patients: 800, asOf: practice.now })) {
    const found = read.get(made.patient.id)
    const yearOld = (at: number | undefined): boolean => (at ?? 0) <= practice.now - 364 * 86_400_000
    assert.ok(found !== undefined)
    if (made.results.status === 'listed') {
      const kept =
        found.results.status === 'listed' ? new Set(found.results.entries.map((one) => one.id)) : new Set<string>()
      const missing = made.results.entries.filter((one) => !kept.has(one.id))
      assert.ok(missing.every((one) => yearOld(one.at)))
      made.results = { status: 'listed', entries: made.results.entries.filter((one) => kept.has(one.id)) }
    }
    assert.deepEqual(plain(found), plain(made))
  }
  for (const made of appointmentsOf({ patients: 800, asOf: practice.now, days: [practice.today] }))
    assert.deepEqual({ ...visits.get(made.id), asOf: 0 }, { ...made, asOf: 0 })
})

function sorted(section: Section<{ id: string }>): Section<{ id: string }> {
  if (section.status !== 'listed') return section
  return { ...section, entries: section.entries.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
}

test('the reader may read and nothing else, the canary may stamp its row and nothing else', async () => {
  await assert.rejects(
    as(ehr.urls.readerOnPrimary, `UPDATE patient SET mrn = 'x' WHERE patient_id = 1`),
    /permission denied/,
  )
  await assert.rejects(as(ehr.urls.canary, 'SELECT * FROM patient'), /permission denied/)
  await assert.rejects(as(ehr.urls.canary, 'DELETE FROM holdfast_canary'), /permission denied/)
  const stamp = '2026-11-23T18:00:00.000Z'
  await as(ehr.urls.canary, 'UPDATE holdfast_canary SET stamped_at = $1', [stamp])
  await replayed()
  const [read] = await as<{ stamped_at: Date }>(ehr.urls.reader, 'SELECT stamped_at FROM holdfast_canary')
  assert.equal(read?.stamped_at.toISOString(), stamp)
})

test('the mover moves, and what it leaves behind still makes sense', async () => {
  const before = await as<{ changed_at: Date }>(ehr.urls.owner, 'SELECT max(changed_at) AS changed_at FROM appointment')
  await using mover = await openMover({ url: ehr.urls.owner, seed: 3, clock })
  const done = new Set<string>()
  for (let nth = 0; nth < 1200; nth++)
    done.add((await mover.step())?.replace(/ at .*| is .*| comes .*|^\d+ /g, '') ?? '')
  assert.ok(done.size > 10, [...done].join(', '))

  const wrong = async (text: string): Promise<void> => assert.deepEqual(await as(ehr.urls.owner, text), [], text)
  await wrong('SELECT staff_id FROM user_session WHERE signed_out_at IS NULL GROUP BY staff_id HAVING count(*) > 1')
  await wrong(
    `SELECT provider_id, starts_at FROM appointment WHERE status NOT IN ('cancelled') GROUP BY 1, 2 HAVING count(*) > 1`,
  )
  await wrong(
    `SELECT patient_id, starts_at FROM appointment WHERE patient_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1, 2 HAVING count(*) > 1`,
  )
  await wrong(`SELECT order_id FROM test_order o WHERE order_id > ${FIRST_MOVED_ID} AND status = 'resulted-unread'
    AND NOT EXISTS (SELECT 1 FROM test_result r WHERE r.order_id = o.order_id)`)
  await wrong(
    `SELECT note_id FROM visit_note n WHERE signed_at IS NULL AND NOT EXISTS (SELECT 1 FROM user_session s WHERE s.note_id = n.note_id)`,
  )
  await wrong(`SELECT patient_id FROM allergy a WHERE active AND NOT EXISTS
    (SELECT 1 FROM list_review l WHERE l.patient_id = a.patient_id AND list_name = 'allergies' AND outcome = 'listed')`)
  await wrong('SELECT session_id FROM user_session WHERE signed_out_at < signed_in_at')
  const [on] = await as<{ on: number }>(
    ehr.urls.owner,
    'SELECT count(*)::int AS on FROM user_session WHERE signed_out_at IS NULL',
  )
  assert.ok((on?.on ?? 0) > 10)
  const [after] = await as<{ changed_at: Date }>(
    ehr.urls.owner,
    'SELECT max(changed_at) AS changed_at FROM appointment',
  )
  assert.ok((after?.changed_at ?? 0) > (before[0]?.changed_at ?? 0))
})

test('a standby whose replay is paused answers with what it had, and catches up when it goes on', async () => {
  await ehr.pauseReplay()
  assert.equal(await ehr.replayPaused(), true)
  await as(ehr.urls.canary, 'UPDATE holdfast_canary SET stamped_at = $1', ['2030-01-01T00:00:00Z'])
  const [held] = await as<{ stamped_at: Date }>(ehr.urls.reader, 'SELECT stamped_at FROM holdfast_canary')
  assert.equal(held?.stamped_at.getUTCFullYear(), 2026)
  await ehr.resumeReplay()
  await replayed()
  const [caught] = await as<{ stamped_at: Date }>(ehr.urls.reader, 'SELECT stamped_at FROM holdfast_canary')
  assert.equal(caught?.stamped_at.getUTCFullYear(), 2030)
})

test('the EHR stops and starts again at the same addresses, with everything in it', async () => {
  const urls = ehr.urls
  await ehr.stopPrimary()
  await assert.rejects(as(urls.owner, 'SELECT 1'))
  assert.equal((await as(urls.reader, 'SELECT 1')).length, 1)
  await ehr.stopStandby()
  await assert.rejects(as(urls.reader, 'SELECT 1'))
  await ehr.startPrimary()
  await ehr.startStandby()
  assert.deepEqual(ehr.urls, urls)
  await replayed()
  const [counted] = await as<{ patients: number }>(urls.reader, 'SELECT count(*)::int AS patients FROM patient')
  assert.equal(counted?.patients, 800)
})
