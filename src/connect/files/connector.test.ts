import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Failure } from '../../base/failure.ts'
import { silentLog } from '../../base/log.ts'
import { HOUR, systemClock } from '../../base/time.ts'
import { outcomes } from '../../chart/apply.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import type { Cursor, EhrSource, SetAside, SourcePart } from '../ehr.ts'
import { filesConfig } from './config.ts'
import { openFilesSource } from './connector.ts'

type Rig = AsyncDisposable & {
  folder: string
  source: EhrSource
  drop: (name: string, content: string | Buffer, ageMs?: number) => Promise<void>
  read: (cursor?: Cursor | null) => Promise<SourcePart[]>
}

const window = { from: Date.parse('2026-11-20T00:00:00Z'), to: Date.parse('2026-11-30T00:00:00Z') }

async function rig(options: object = {}, mapping?: string): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-files-'))
  const path = join(folder, '.mapping.yaml')
  if (mapping !== undefined) await writeFile(path, mapping)
  const config = filesConfig.parse({
    id: 'drop',
    kind: 'files',
    folder,
    zone: 'America/New_York',
    settled: { by: 'quiet', forMs: 20 },
    ...(mapping === undefined ? {} : { mapping: path }),
    ...options,
  })
  const source = await openFilesSource(config, { log: silentLog, clock: systemClock })
  return {
    folder,
    source,
    async drop(name, content, ageMs = 0) {
      await writeFile(join(folder, `.${name}`), content)
      const at = new Date(systemClock.now() - ageMs)
      await utimes(join(folder, `.${name}`), at, at)
      await rename(join(folder, `.${name}`), join(folder, name))
    },
    async read(cursor = null) {
      const parts: SourcePart[] = []
      for await (const part of source.read({ cursor, window })) parts.push(part)
      return parts
    },
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

const patient = (id: string, family = 'Rivera') => ({ resourceType: 'Patient', id, name: [{ family, given: ['Ana'] }] })
const allergy = (id: string, patientId: string, text: string) => ({
  resourceType: 'AllergyIntolerance',
  id,
  patient: { reference: `Patient/${patientId}` },
  code: { text },
  clinicalStatus: { coding: [{ code: 'active' }] },
})
const ndjson = (...resources: object[]): string => resources.map((one) => `${JSON.stringify(one)}\n`).join('')

const setAsideIn = (parts: SourcePart[]): SetAside[] =>
  parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
const cursorOf = (parts: SourcePart[]): Cursor => {
  const last = parts.at(-1)
  assert.ok(last?.type === 'end')
  return last.cursor
}
function chartsFrom(...parts: SourcePart[]): Map<string, Chart> {
  const charts = new Map<string, Chart>()
  for (const part of parts)
    if (part.type === 'charts')
      for (const change of part.changes)
        for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
          if (chart === undefined) charts.delete(patientId)
          else charts.set(patientId, chart)
  return charts
}
const allergiesOf = (chart: Chart | undefined): string[] | string | undefined =>
  chart?.allergies.status === 'listed'
    ? chart.allergies.entries.map(({ code }) => code.text).toSorted()
    : chart?.allergies.status
const inFolder = async (held: Rig, folder: string): Promise<string[]> =>
  (await readdir(join(held.folder, folder))).map((name) => name.replace(/^[^_]+_\d+_[0-9a-f]{32}_/, '')).toSorted()

test('files of all kinds are read and moved to done', async () => {
  await using held = await rig()
  await held.drop('a.ndjson', ndjson(patient('1'), allergy('x', '1', 'Penicillin')))
  await held.drop('b.json', JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: patient('2') }] }))
  await held.drop('c.ndjson.gz', gzipSync(ndjson(patient('3'))))
  const charts = chartsFrom(...(await held.read()))
  assert.deepEqual([...charts.keys()].toSorted(), ['1', '2', '3'])
  assert.deepEqual(allergiesOf(charts.get('1')), ['Penicillin'])
  assert.deepEqual(await inFolder(held, 'done'), ['a.ndjson', 'b.json', 'c.ndjson.gz'])
  assert.deepEqual((await readdir(held.folder)).toSorted(), ['done', 'quarantine'])
})

test('a file that comes after another is read from the cursor on; from the start all are read again, in order', async () => {
  await using held = await rig()
  await held.drop('a.ndjson', ndjson(patient('1', 'Rivera')), 2 * HOUR)
  const first = await held.read()
  await held.drop('b.ndjson', ndjson(patient('1', 'Okafor')), HOUR)
  const second = await held.read(cursorOf(first))
  assert.equal(chartsFrom(...second).get('1')?.patient.name.family, 'Okafor')
  assert.deepEqual(chartsFrom(...first, ...second), chartsFrom(...(await held.read())))
  assert.equal((await held.read(cursorOf(second))).filter((part) => part.type === 'charts').length, 0)
})

test('the same content dropped again under another name changes nothing', async () => {
  await using held = await rig()
  await held.drop('a.ndjson', ndjson(patient('1', 'Rivera')), HOUR)
  await held.drop('b.ndjson', ndjson(patient('1', 'Okafor')))
  const first = await held.read()
  await held.drop('again.ndjson', ndjson(patient('1', 'Rivera')))
  const second = await held.read(cursorOf(first))
  assert.equal(second.filter((part) => part.type === 'charts').length, 0)
  assert.equal(chartsFrom(...(await held.read())).get('1')?.patient.name.family, 'Okafor')
  assert.deepEqual(await inFolder(held, 'done'), ['a.ndjson', 'b.ndjson'])
})

test('a file that is still being written is left alone until it is whole', async () => {
  await using held = await rig()
  const text = ndjson(patient('1'), patient('2'))
  await held.drop('slow.ndjson', text.slice(0, -20))
  await held.drop('slow.json', '{"resourceType":"Bundle","entry":[')
  await held.drop('slow.ndjson.gz', gzipSync(text).subarray(0, -9))
  await held.drop('half.ndjson.part', text)
  await held.drop('whole.ndjson', ndjson(patient('9')))
  const parts = await held.read()
  assert.deepEqual([...chartsFrom(...parts).keys()], ['9'])
  assert.deepEqual(setAsideIn(parts), [])
  assert.equal((await readdir(held.folder)).filter((name) => name.includes('slow') || name.includes('half')).length, 4)
  await held.drop('slow.ndjson', text)
  assert.deepEqual([...chartsFrom(...(await held.read(cursorOf(parts)))).keys()], ['1', '2'])
})

test('a file that grows between two looks is not taken', async () => {
  await using held = await rig({ settled: { by: 'quiet', forMs: 150 } })
  await held.drop('whole.ndjson', ndjson(patient('9')))
  await held.drop('growing.ndjson', ndjson(patient('1')))
  const reading = held.read()
  await new Promise((resolve) => setImmediate(resolve))
  const writing = writeFile(join(held.folder, 'growing.ndjson'), ndjson(patient('1'), patient('2'), patient('3')))
  const parts = await reading
  await writing
  const seen = [...chartsFrom(...parts).keys()]
  assert.ok(seen.includes('9') && (seen.length === 1 || seen.length === 4), `taken half written: ${seen.join()}`)
})

test('with markers, a file is whole when its marker is there, and the marker goes with it', async () => {
  await using held = await rig({ settled: { by: 'marker' } })
  await held.drop('a.ndjson', ndjson(patient('1')))
  await held.drop('b.ndjson', ndjson(patient('2')))
  await held.drop('b.ndjson.done', '')
  assert.deepEqual([...chartsFrom(...(await held.read())).keys()], ['2'])
  assert.deepEqual((await readdir(held.folder)).toSorted(), ['a.ndjson', 'done', 'quarantine'])
})

test('a bad file goes to quarantine with a reason that a person understands', async () => {
  await using held = await rig({ patienceMs: 0 })
  await held.drop('notes.docx', 'x')
  await held.drop('broken.json', '{"resourceType":}')
  await held.drop('text.ndjson', 'hello\nworld\n')
  await held.drop('cut.json.gz', gzipSync('{"a":1}').subarray(0, -5))
  await held.drop('fake.json.gz', 'no gzip at all')
  await held.drop('empty.json', '')
  await held.drop('strange.csv', 'a,b\n1,2\n')
  await assert.rejects(held.read(), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
  await held.drop('good.ndjson', ndjson(patient('1')))
  const parts = await held.read()
  const records = setAsideIn(parts)
  assert.equal(records.length, 7)
  assert.equal(new Set(records.map(({ key }) => key)).size, 7)
  const reasons = Object.fromEntries(records.map(({ where, because }) => [where, because]))
  assert.match(reasons['notes.docx'] ?? '', /\.ndjson/)
  assert.match(reasons['broken.json'] ?? '', /not JSON/)
  assert.match(reasons['text.ndjson'] ?? '', /No line of it is JSON/)
  assert.match(reasons['cut.json.gz'] ?? '', /not a whole gzip/)
  assert.match(reasons['empty.json'] ?? '', /empty/)
  assert.match(reasons['strange.csv'] ?? '', /No rule/)
  const names = await readdir(join(held.folder, 'quarantine'))
  const note = names.find((name) => name.endsWith('broken.json.reason.txt'))
  assert.match(await readFile(join(held.folder, 'quarantine', note ?? ''), 'utf8'), /Nothing of this file was used/)
})

test('of a file that is half good, the good half is used and each bad line is told', async () => {
  await using held = await rig({ patienceMs: 0 })
  await held.drop(
    'half.ndjson',
    `${ndjson(patient('1'))}{"resourceType":"Patient"}\nnot json\n${ndjson(patient('2'))}{"cut":`,
  )
  const parts = await held.read()
  assert.deepEqual([...chartsFrom(...parts).keys()], ['1', '2'])
  assert.deepEqual(
    setAsideIn(parts).map(({ where }) => where),
    ['half.ndjson:2', 'half.ndjson:3', 'half.ndjson:5'],
  )
})

test('"no known allergies" holds only where the file names none', async () => {
  await using held = await rig()
  const none = (id: string, patientId: string) => ({
    ...allergy(id, patientId, 'No known allergy'),
    code: { text: 'No known allergy', coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] },
  })
  await held.drop(
    'a.ndjson',
    ndjson(patient('1'), none('n1', '1'), patient('2'), allergy('x', '2', 'Latex'), none('n2', '2')),
  )
  const charts = chartsFrom(...(await held.read()))
  assert.equal(allergiesOf(charts.get('1')), 'none-known')
  assert.deepEqual(allergiesOf(charts.get('2')), ['Latex'])
})

test('a snapshot is all there is: whole charts, the panel, and the days that it speaks of', async () => {
  await using held = await rig({ deliveries: 'snapshot', carries: ['allergies'] })
  const visit = {
    resourceType: 'Appointment',
    id: 'v1',
    status: 'booked',
    start: '2026-11-23T09:00:00-05:00',
    end: '2026-11-23T09:20:00-05:00',
    participant: [
      { actor: { reference: 'Patient/1' } },
      { actor: { reference: 'Practitioner/d' } },
      { actor: { reference: 'Location/east' } },
    ],
  }
  await held.drop('AllergyIntolerance.ndjson', ndjson(allergy('x', '1', 'Latex'), allergy('y', 'nobody', 'Nuts')))
  await held.drop('Appointment.ndjson', ndjson(visit))
  await held.drop('Patient.ndjson', ndjson(patient('1'), patient('2')))
  const parts = await held.read()
  const charts = chartsFrom(...parts)
  assert.deepEqual(allergiesOf(charts.get('1')), ['Latex'])
  assert.deepEqual(allergiesOf(charts.get('2')), [])
  assert.deepEqual(
    parts.flatMap((part) => (part.type === 'panel' ? part.patientIds : [])),
    ['1', '2'],
  )
  const [schedule] = parts.flatMap((part) => (part.type === 'schedule' ? [part] : []))
  assert.equal((schedule?.window.to ?? 0) - (schedule?.window.from ?? 0), 24 * HOUR)
  const [booked]: Appointment[] = schedule?.appointments ?? []
  assert.equal(booked?.patientName, 'Rivera, Ana')
  assert.match(setAsideIn(parts)[0]?.because ?? '', /1 entries belong to a patient who was not in the delivery/)
  await held.drop('Patient.ndjson', ndjson(patient('2')))
  const later = await held.read(cursorOf(parts))
  assert.deepEqual(
    later.flatMap((part) => (part.type === 'panel' ? part.patientIds : [])),
    ['2'],
  )
  assert.deepEqual([...chartsFrom(...(await held.read())).keys()], ['2'])
})

test('a snapshot is not taken while one of its files is still being written', async () => {
  await using held = await rig({ deliveries: 'snapshot' })
  await held.drop('Patient.ndjson', ndjson(patient('1')))
  await held.drop('Condition.ndjson', ndjson(patient('1')).slice(0, -10))
  await assert.rejects(held.read(), Failure)
  assert.ok((await readdir(held.folder)).includes('Patient.ndjson'))
})

test('a folder that is not there is an outage, and says what still works', async () => {
  await using held = await rig()
  await rename(held.folder, `${held.folder}-away`)
  const signal = await held.source.probe()
  assert.ok(!signal.answered && signal.kind === 'transient' && /mounted/.test(signal.because))
  await assert.rejects(held.read(), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
  await rename(`${held.folder}-away`, held.folder)
  await mkdir(held.folder, { recursive: true })
})

const MAPPING = `csv: 1
files:
  - match: "patients*.csv"
    holds: patients
    encoding: windows-1252
    delimiter: ";"
    dates: MM/DD/YYYY
    fields:
      id: PatientID
      name.family: Last
      name.given: First
      birthDate: DOB
      sex: { column: Sex, map: { F: female, M: male } }
      phone.mobile: Cell
      restriction: { column: VIP, map: { "1": vip, "0": none } }
  - match: "meds.csv"
    holds: medications
    fields: { patientId: pid, text: drug, dosage: sig, start: since }
  - match: "visits.csv"
    holds: appointments
    dates: MM/DD/YYYY
    fields: { id: n, locationId: loc, patientId: pid, patientName: who, providerId: doc, start: when, minutes: min }
`

test('CSV files are read by their mapping: encodings, delimiters, dates, words, bad lines with their number', async () => {
  await using held = await rig({}, MAPPING)
  const lines = [
    'PatientID;Last;First;DOB;Sex;Cell;VIP',
    '1;Muñoz;José;3/4/1980;M;(503) 555-0134;0',
    '2;"Smith; Jr";Ann;12/31/1999;F;;1',
    '3;;Nobody;;F;;0',
    '4;Short;Row',
    '5;Lee;Kim;31/12/1999;Q;;7',
  ]
  await held.drop('patients-2026.csv', Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'))
  await held.drop('meds.csv', 'pid,drug,sig,since\n1,Warfarin 5 mg,"1 tablet, evening",2024-01\n1,Metformin 500 mg,,\n')
  await held.drop('visits.csv', 'n,loc,pid,who,doc,when,min\nv1,east,1,"Muñoz, José",d1,11/23/2026 2:30 PM,20\n')
  const parts = await held.read()
  const charts = chartsFrom(...parts)
  assert.deepEqual([...charts.keys()].toSorted(), ['1', '2', '5'])
  const one = charts.get('1')
  assert.deepEqual(one?.patient.name, { family: 'Muñoz', given: ['José'] })
  assert.equal(one?.patient.birthDate, '1980-03-04')
  assert.equal(one?.patient.sex, 'male')
  assert.deepEqual(
    one?.medications.status === 'listed' &&
      one.medications.entries
        .toSorted((a, b) => (a.code.text < b.code.text ? -1 : 1))
        .map(({ code, dosage, highRisk, start }) => [code.text, dosage, highRisk, start]),
    [
      ['Metformin 500 mg', undefined, undefined, undefined],
      ['Warfarin 5 mg', '1 tablet, evening', 'anticoagulant', '2024-01'],
    ],
  )
  assert.equal(charts.get('2')?.restriction, 'vip')
  assert.equal(charts.get('5')?.restriction, 'other', 'a restriction that cannot be read was lifted')
  const visits = parts.flatMap((part) => (part.type === 'appointments' ? part.changes : []))
  assert.ok(visits[0]?.type === 'appointment')
  assert.equal(visits[0].appointment.start, Date.parse('2026-11-23T19:30:00Z'))
  const records = setAsideIn(parts)
  assert.deepEqual(
    [...new Set(records.map(({ where }) => where))],
    ['patients-2026.csv:4', 'patients-2026.csv:5', 'patients-2026.csv:6'],
  )
  assert.match(
    records.map(({ because }) => because).join('\n'),
    /lacks what patients.*3 columns, and line 1 has 7.*"DOB" holds no day/s,
  )
})

test('a stray quote or a NUL in one line of a CSV file costs no other line', async () => {
  await using held = await rig({}, MAPPING)
  const lines = [
    'PatientID;Last;First;DOB;Sex;Cell;VIP',
    '1;Lee;Kim;3/4/1980;M;;0',
    '2;O"Brien;Ann;3/4/1980;F;;0',
    '3\0;Nul;Ida;3/4/1980;F;;0',
    '4;Fine;Bob;3/4/1980;M;;0',
  ]
  await held.drop('patients-1.csv', `${lines.join('\r\n')}\r\n`)
  const parts = await held.read()
  assert.deepEqual([...chartsFrom(...parts).keys()].toSorted(), ['1', '4'])
  assert.deepEqual(
    setAsideIn(parts).map(({ where }) => where),
    ['patients-1.csv:3', 'patients-1.csv:4'],
  )
})

test('a CSV file without the columns of its rule is quarantined, naming them', async () => {
  await using held = await rig({}, MAPPING)
  await held.drop('meds.csv', 'pid;drug;sig\n1;Warfarin;x\n')
  await assert.rejects(held.read(), Failure)
  const note = (await readdir(join(held.folder, 'quarantine'))).find((name) => name.endsWith('.reason.txt'))
  assert.match(await readFile(join(held.folder, 'quarantine', note ?? ''), 'utf8'), /"pid", "drug".*delimiter/)
})

test('everything that is wrong with a mapping is told at once, with its place', async () => {
  const wrong = MAPPING.replace('name.family: Last', 'name.famly: Last')
    .replace('encoding: windows-1252', 'encoding: klingon')
    .replace('id: n,', '')
  await assert.rejects(rig({}, wrong), (thrown) => {
    assert.ok(thrown instanceof Failure && thrown.kind === 'permanent')
    assert.match(thrown.message, /yaml:5:\d+ .*not an encoding/)
    assert.match(thrown.message, /:1[01]:\d+ "name\.famly" is no field of patients\. Did you mean "name\.family"/)
    assert.match(thrown.message, /patients need the field "name\.family"/)
    assert.match(thrown.message, /appointments need the field "id"/)
    return true
  })
  await assert.rejects(rig({}, 'csv: [1'), /yaml:1:\d+/)
})
