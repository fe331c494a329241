import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { appointmentsOf, chartsOf } from '../../../dev/practice/charts.ts'
import { fillPractice } from '../../../dev/practice/fill.ts'
import { practiceOf } from '../../../dev/practice/practice.ts'
import { connectionOf } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { silentLog } from '../../base/log.ts'
import { HOUR, type Instant, systemClock } from '../../base/time.ts'
import { dayOf, instantAt } from '../../base/zone.ts'
import { type Chart, SECTION_NAMES, type Section } from '../../chart/chart.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import type { Cursor, EhrSource, SourcePart } from '../ehr.ts'
import { readCanary, writeCanary } from './canary.ts'
import { checkSource } from './check.ts'
import { openSqlSource } from './connector.ts'
import type { Mapping } from './mapping.ts'
import { loadMapping } from './read-mapping.ts'

const PATIENTS = 120
const practice = practiceOf({ patients: PATIENTS })
const today = dayOf(practice.now, 'America/Chicago')
const window = {
  from: instantAt(today, '00:00', 'America/Chicago'),
  to: instantAt(today, '00:00', 'America/Chicago') + 20 * HOUR,
}

let server: ScratchServer
let owner: pg.Client
let mapping: Mapping
const environment: Record<string, string> = {}
const open = new AsyncDisposableStack()

before(async () => {
  server = open.use(await scratchServer())
  const url = await server.postgres.createDatabase('ehr')
  owner = new pg.Client(connectionOf(url))
  owner.on('error', () => {})
  await owner.connect()
  open.defer(() => owner.end())
  await owner.query(await readFile(join(import.meta.dirname, '../../../dev/practice/schema.sql'), 'utf8'))
  await fillPractice(owner, practice, { now: practice.now })
  // As if it had been there for long: otherwise everything counts as just changed.
  for (const table of TABLES)
    await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER; UPDATE ${table} SET changed_at = now() - interval '1 day';
      ALTER TABLE ${table} ENABLE TRIGGER USER`)
  environment.HOLDFAST_EHR_URL = url.replace(/user=[^&]*/, 'user=holdfast_reader')
  environment.HOLDFAST_EHR_CANARY_URL = url.replace(/user=[^&]*/, 'user=holdfast_canary')
  mapping = await loadMapping('sample-practice')
})

after(() => open.disposeAsync())

const TABLES =
  'patient former_name list_review chart_alert allergy problem medication visit_note test_order test_result vitals immunization procedure_done insurance appointment'.split(
    ' ',
  )

function sourceOf(more: Partial<Mapping> = {}, now = (): Instant => systemClock.now()): EhrSource {
  return openSqlSource({ id: 'ehr', mapping: { ...mapping, ...more }, environment }, { log: silentLog, clock: { now } })
}

type Read = { parts: SourcePart[]; charts: Map<string, Chart>; cursor: Cursor }

async function read(source: EhrSource, cursor: Cursor | null): Promise<Read> {
  const parts: SourcePart[] = []
  for await (const part of source.read({ cursor, window })) parts.push(part)
  const end = parts.at(-1)
  assert.ok(end?.type === 'end')
  const changes = parts.flatMap((part) => (part.type === 'charts' ? part.changes : []))
  const charts = changes.flatMap((change) => (change.type === 'chart' ? [change.chart] : []))
  return { parts, charts: new Map(charts.map((chart) => [chart.patient.id, chart])), cursor: end.cursor }
}

function byId<Entry extends { id: string }>(entries: Entry[]): Entry[] {
  return entries.toSorted((a, b) => a.id.localeCompare(b.id))
}

/** The generator's order is not the mapping's. */
function ordered(section: Section<{ id: string }>): Section<{ id: string }> {
  return section.status === 'listed' ? { ...section, entries: byId(section.entries) } : section
}

/** As JSON keeps it, without what is false (the generator leaves that out) and the times of reading. */
function bare(held: unknown): unknown {
  return JSON.parse(
    JSON.stringify(held, (key, value: unknown) => (value === false || key === 'asOf' ? undefined : value)),
  )
}

test('the sample practice read over SQL is the practice that was generated, chart by chart and visit by visit', async () => {
  await using source = sourceOf()
  const { charts, parts } = await read(source, null)
  assert.equal(charts.size, PATIENTS)
  const steady = (chart: Chart): unknown =>
    bare({ ...chart, ...Object.fromEntries(SECTION_NAMES.map((name) => [name, ordered(chart[name])])) })
  for (const expected of chartsOf({ patients: PATIENTS })) {
    const chart = charts.get(expected.patient.id)
    assert.ok(chart)
    assert.deepEqual(steady(chart), steady(expected), `patient ${expected.patient.id}`)
  }
  const schedule = parts.find((part) => part.type === 'schedule')
  assert.ok(schedule)
  const expected = [...appointmentsOf({ patients: PATIENTS, days: [today] })].filter(
    (visit) => visit.start >= window.from && visit.start < window.to,
  )
  assert.deepEqual(bare(byId(schedule.appointments)), bare(byId(expected)))
  assert.ok(!parts.some((part) => part.type === 'set-aside'))
})

test('a change is told by its time, once; the next read tells nothing', async () => {
  await using source = sourceOf()
  let { cursor, charts } = await read(source, null)
  await owner.query(`UPDATE patient SET preferred_name = 'Robin' WHERE patient_id = 7`)
  ;({ cursor, charts } = await read(source, cursor))
  assert.deepEqual([...charts.keys()], ['7'])
  assert.equal(charts.get('7')?.patient.preferredName, 'Robin')
  ;({ cursor, charts } = await read(source, cursor))
  assert.equal(charts.size, 0)
})

test('a read that was not kept is told again', async () => {
  await using source = sourceOf()
  const { cursor } = await read(source, null)
  await read(source, cursor)
  await owner.query(`UPDATE patient SET preferred_name = 'Sam' WHERE patient_id = 8`)
  assert.equal((await read(source, cursor)).charts.size, 1)
  // The hub did not keep the cursor of that read and comes with the old one.
  assert.equal((await read(source, cursor)).charts.get('8')?.patient.preferredName, 'Sam')
})

test('what no time tells, a deleted row or an edit behind the back, is found by the pass that compares everything', async () => {
  let now = systemClock.now()
  await using source = sourceOf({ chunk: 50 }, () => now)
  let { cursor, charts, parts } = await read(source, null)
  await owner.query(`SET session_replication_role = replica; UPDATE allergy SET reaction = 'hives and more' WHERE allergy_id =
    (SELECT min(allergy_id) FROM allergy WHERE active); DELETE FROM list_review WHERE patient_id = 5; UPDATE patient SET active = false,
    changed_at = now() - interval '1 day' WHERE patient_id = 9; SET session_replication_role = origin`)
  ;({ cursor, charts } = await read(source, cursor))
  assert.equal(charts.size, 0)
  now += 2 * HOUR
  ;({ cursor, charts, parts } = await read(source, cursor))
  assert.ok(charts.size >= 1 && charts.size <= 2, `${charts.size} told`)
  const panel = parts.find((part) => part.type === 'panel')
  assert.equal(panel?.patientIds.length, PATIENTS - 1)
  assert.ok(!panel.patientIds.includes('9'))
  await owner.query('UPDATE patient SET active = true WHERE patient_id = 9')
})

test('an unreadable entry leaves a mark in the list; a list of which nothing can be read was not received', async () => {
  await using source = sourceOf({
    allergies: {
      empty: 'not-asked',
      from: [
        {
          query: `select patient_id, allergy_id, case when allergy_id % 2 = 0 then substance end as substance from
            (values (1, 2, 'Latex'), (1, 3, 'Nickel'), (2, 5, 'Dust')) as made(patient_id, allergy_id, substance) where patient_id = any(:patients) order by 2`,
          changed: {},
          fields: { patientId: { column: 'patient_id' }, id: { column: 'allergy_id' }, text: { column: 'substance' } },
        },
      ],
    },
    'none-known': [],
  })
  const { charts, parts } = await read(source, null)
  const [first, second, third] = ['1', '2', '3'].map((id) => charts.get(id)?.allergies)
  assert.ok(first?.status === 'listed')
  assert.deepEqual(
    first.entries.map((entry) => entry.code.text.slice(0, 13)),
    ['Latex', 'There is more'],
  )
  assert.equal(second?.status, 'not-received')
  assert.equal(third?.status, 'not-asked')
  const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
  assert.deepEqual(
    aside.map((record) => record.because),
    ['it has no text.', 'it has no text.'],
  )
})

test('one id of two people has no chart; two rows of one person have one', async () => {
  const rows = (values: string) => ({
    patients: {
      ...mapping.patients,
      ids: 'select id from (values (1), (2)) as made(id)',
      query: `select * from (values ${values}) as made(patient_id, mrn, family, given, born) where patient_id = any(:patients)`,
      fields: {
        id: { column: 'patient_id' },
        mrn: { column: 'mrn' },
        'name.family': { column: 'family' },
        'name.given': { column: 'given' },
        birthDate: { column: 'born' },
      },
    },
    formerNames: [],
  })
  const quillen = `(1, 'A', 'Quillen', 'Tamsin', '1980-03-01'), (2, 'B', 'Ode', 'Pat', '1970-05-03')`
  for (const [second, ids, because] of [
    [`(1, 'A', 'Arkwright', 'Bo', '1979-04-02')`, ['2'], /names two different people/],
    [`(1, 'A', 'Quillen', 'Berta', '1980-03-01')`, ['2'], /names two different people/],
    [`(1, 'A', 'Quillen', 'Tamsin', '1980-03-01')`, ['1', '2'], /comes more than once/],
  ] as const) {
    await using source = sourceOf(rows(`${quillen}, ${second}`))
    const { charts, parts } = await read(source, null)
    assert.deepEqual([...charts.keys()].toSorted(), ids)
    const [panel] = parts.flatMap((part) => (part.type === 'panel' ? [part.patientIds] : []))
    assert.deepEqual(panel, ['1', '2'], 'nobody is called gone')
    const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
    assert.ok(aside.some((record) => because.test(record.because) && record.patientId === '1'))
  }
})

test('lists that only a pass looks at are as old as the source was when the last finished pass began', async () => {
  const now = systemClock.now()
  const slow = { coverage: { from: (mapping.coverage?.from ?? []).map((rows) => ({ ...rows, changed: {} })) } }
  await using source = sourceOf({ ...slow, chunk: 50 }, () => now)
  const first = await read(source, null)
  const endOf = ({ parts }: Read) => {
    const end = parts.at(-1)
    assert.ok(end?.type === 'end')
    return [end.sections?.coverage, end.deletionsAt, Object.keys(end.sections ?? {})]
  }
  const [asOf] = endOf(first)
  assert.ok(asOf !== undefined)
  assert.deepEqual(endOf(first), [asOf, asOf, ['coverage']])
  // Under way since an hour before the first read; the one before it began two hours before.
  const under = { ...first.cursor, passAfter: '60', finishedAt: now - 2 * HOUR, passBegan: now - HOUR }
  assert.deepEqual(endOf(await read(source, under)), [now - HOUR, now - HOUR, ['coverage']])
  const { passBegan: _, ...older } = under
  await using restarted = sourceOf({ ...slow, chunk: 50 }, () => now)
  const anew = await read(restarted, older)
  assert.deepEqual(endOf(anew).slice(0, 2), [asOf, asOf], 'one of which nobody knows the beginning begins anew')
  assert.equal(anew.charts.size, PATIENTS)
  await using unsaid = sourceOf(
    { 'none-known': (mapping['none-known'] ?? []).map((rows) => ({ ...rows, changed: {} })) },
    () => now,
  )
  const [, , names] = endOf(await read(unsaid, null))
  assert.ok(
    Array.isArray(names) && names.includes('allergies'),
    'a statement that there are none is a part of its list',
  )
})

test('a mapping without a schedule tells nothing of appointments', async () => {
  await using source = sourceOf({ schedule: undefined })
  const { parts, charts } = await read(source, null)
  assert.equal(charts.size, PATIENTS)
  assert.ok(!parts.some(({ type }) => type === 'schedule'))
})

test('a query that gives more rows than the limit, or no patient at all, is a permanent Failure and no empty practice', async () => {
  const permanent = (thrown: unknown) => thrown instanceof Failure && thrown.kind === 'permanent'
  await using many = sourceOf({ limits: { ...mapping.limits, patients: 10 } })
  await assert.rejects(read(many, null), permanent)
  await using none = sourceOf({ patients: { ...mapping.patients, ids: 'select patient_id from patient where false' } })
  await assert.rejects(read(none, null), permanent)
})

test('the reading account cannot write, whatever the mapping says', async () => {
  await using source = sourceOf({ canary: { read: `update holdfast_canary set stamped_at = now() returning 1` } })
  await assert.rejects(read(source, null), (thrown) => thrown instanceof Failure && thrown.kind === 'permanent')
})

test('the canary is written by its own account and comes back with a read', async () => {
  await using source = sourceOf()
  const stamp = await writeCanary({ id: 'ehr', mapping, environment }, { log: silentLog, clock: systemClock })
  const { parts } = await read(source, null)
  assert.deepEqual(
    parts.filter((part) => part.type === 'canary'),
    [{ type: 'canary', stamp }],
  )
})

test('a canary that follows a chart comes through only when the change of that chart is found', async () => {
  const config = { id: 'ehr', mapping, environment }
  const own = { ...mapping, canary: { read: mapping.canary?.read ?? '', patient: '3' } }
  const alerts = own.alerts?.from.map((rows) => ({ ...rows, changed: {} })) ?? []
  const stamps = ({ parts }: Read) => parts.flatMap((part) => (part.type === 'canary' ? [part.stamp] : []))
  for (const [which, found] of [
    [own, true],
    [{ ...own, alerts: { ...own.alerts, from: alerts } }, false],
  ] as const) {
    await using source = openSqlSource(
      { id: 'ehr', mapping: which, environment },
      { log: silentLog, clock: systemClock },
    )
    const first = await read(source, null)
    assert.deepEqual(stamps(first), [], 'its chart carries no stamp yet')
    const stamp = await writeCanary(config, { log: silentLog, clock: systemClock })
    await owner.query(
      `INSERT INTO chart_alert (alert_id, patient_id, kind, words) VALUES (990001, 3, 'other', 'canary ${stamp}')`,
    )
    assert.deepEqual(
      stamps(await read(source, first.cursor)),
      found ? [stamp] : [],
      'a change that is not found proves nothing',
    )
    assert.equal(await readCanary({ ...config, mapping: which }, {}), undefined)
    await owner.query('DELETE FROM chart_alert WHERE alert_id = 990001')
  }
})

test('between reads the newest stamp is asked for by itself', async () => {
  const config = { id: 'ehr', mapping, environment }
  const stamp = await writeCanary(config, { log: silentLog, clock: systemClock })
  assert.equal(await readCanary(config, {}), stamp)
})

test('the schedule is told whole each time, and a booking shows at the next read', async () => {
  await using source = sourceOf()
  const visits = ({ parts }: Read) => parts.flatMap((part) => (part.type === 'schedule' ? part.appointments : []))
  const first = await read(source, null)
  const second = await read(source, first.cursor)
  assert.equal(visits(second).length, visits(first).length)
  const [some] = visits(first)
  assert.ok(some)
  await owner.query(`UPDATE appointment SET status = 'no-show' WHERE appointment_id = ${some.id}`)
  const third = visits(await read(source, second.cursor))
  assert.equal(third.find((visit) => visit.id === some.id)?.status, 'no-show')
})

test('the check tells columns and tables that are not there, at their lines, with what was meant', async () => {
  const report = await checkSource(
    {
      ...mapping,
      alerts: {
        from: [
          {
            query: 'select * from chart_alert where patient_id = any(:patients) order by 1',
            changed: {},
            fields: { patientId: { column: 'patient_id' }, id: { column: 'alert_id' }, text: { column: 'wordz' } },
          },
        ],
      },
      procedures: {
        from: [{ query: 'select 1\n from procedures_done\n where id = any(:patients)', changed: {}, fields: {} }],
      },
    },
    environment,
    { now: () => practice.now },
  )
  const errors = report.complaints
    .filter((complaint) => complaint.weight === 'error')
    .map((complaint) => complaint.says)
  assert.equal(errors.length, 2, errors.join('\n'))
  assert.ok(errors.some((says) => /no column "wordz"\. Did you mean "words"/.test(says)))
  assert.ok(errors.some((says) => /relation "procedures_done" does not exist/.test(says)))
  assert.equal(report.count.patients, PATIENTS)
})

test('the check finds nothing wrong with the sample, and warns of an account that may write', async () => {
  const clock = { now: () => practice.now }
  const report = await checkSource(mapping, environment, clock)
  assert.deepEqual(report.complaints, [])
  assert.equal(report.patients.length, 10)
  assert.ok(report.count.appointments > 0)
  const asOwner = await checkSource(mapping, { HOLDFAST_EHR_URL: server.postgres.urlOf('ehr') }, clock)
  assert.equal(asOwner.complaints.length, 1, 'one line for all rights')
  assert.ok(asOwner.complaints.every(({ weight, says }) => weight === 'warning' && /superuser;.*more\)/.test(says)))
})

test('the check counts what is doubtful in people, beyond the first charts too', async () => {
  const people = {
    ...mapping.patients,
    ids: 'select generate_series(1, 300)',
    query: `select n as patient_id, case when n <> 250 then n % 299 end as mrn, 'Fam' || n as family from generate_series(1, 300) as n
      where n = any(:patients)`,
    fields: { id: { column: 'patient_id' }, mrn: { column: 'mrn' }, 'name.family': { column: 'family' } },
  }
  const clock = { now: () => practice.now }
  const { tally, aside } = await checkSource({ ...mapping, patients: people, formerNames: [] }, environment, clock)
  const lines = tally.lines(false).join('\n')
  assert.match(lines, /300 patients have no birth date/)
  assert.match(lines, /1 record numbers \(MRN\) stand for more than one person/)
  assert.ok(aside.some(({ because, records }) => /it has no mrn/.test(because) && records === 1))
  const rounded = { ...mapping, patients: { ...people, ids: "values ('1.23457e+11'), ('7')" } }
  const { complaints } = await checkSource(rounded, environment, clock)
  assert.ok(complaints.some(({ says }) => /1 ids were rounded/.test(says)))
})

test('what is wrong with a mapping comes before what is doubtful about its account', async () => {
  const spoilt = {
    ...mapping,
    patients: { ...mapping.patients, query: 'select nonsense from patient where patient_id = any(:patients)' },
  }
  const asOwner = { HOLDFAST_EHR_URL: server.postgres.urlOf('ehr') }
  const report = await checkSource(spoilt, asOwner, { now: () => practice.now })
  assert.deepEqual(
    report.complaints.map(({ weight }) => weight),
    ['error', 'warning'],
  )
})
