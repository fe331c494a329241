import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asOf, chartOf, now, paperDay, visit, zone } from '../../test/paper/small-day.ts'
import type { Chart, Observation } from '../chart/chart.ts'
import { Press } from './engine.ts'
import { vitalTable } from './observations.ts'
import type { PaperDay } from './paper.ts'
import { sheetsOfDay } from './plan.ts'

const textOf = (value: unknown): string => JSON.stringify(value)

test('the earliest visit comes first, and a cancelled one gets no sheet of its own but stands on the lists', () => {
  const sheets = sheetsOfDay(paperDay())
  assert.deepEqual(
    sheets.map((sheet) => sheet.kind),
    ['front-desk', 'day-sheet', 'packet'],
  )
  const packet: { mrn: string; number: string }[] = JSON.parse(textOf(sheets[2]?.values.patients))
  assert.deepEqual(
    packet.map((one) => one.mrn),
    ['00p1', '00p2', '00p3'],
  )
  assert.deepEqual(
    packet.map((one) => one.number),
    ['EAST-20261123-001', 'EAST-20261123-002', 'EAST-20261123-003'],
  )
  assert.match(textOf(sheets[1]?.values), /CANCELED/)
  assert.match(textOf(sheets[1]?.values), /4 visits, 08:00 to 09:20, 1 canceled or not seen/)
})

test('the front desk sees no clinical fact', () => {
  const text = textOf(sheetsOfDay(paperDay())[0]?.values)
  assert.match(text, /Lakeshore Mutual/)
  assert.doesNotMatch(text, /Penicillin|Warfarin|blood pressure|71\.2/)
})

test('data as of is the oldest of what is printed, and says how old it is', () => {
  const packet = sheetsOfDay(paperDay())[2]
  assert.equal(packet?.asOf, asOf)
  assert.match(textOf(packet?.values), /2026-11-23 05:40, made 06:27/)
})

test('missing is printed as missing, and none known as asked', () => {
  const packet = textOf(sheetsOfDay(paperDay())[2]?.values)
  assert.match(packet, /NO CHART RECEIVED/)
  assert.match(packet, /None known: problems/)
  assert.match(packet, /No data received: laboratory results/)
  assert.match(
    textOf(
      sheetsOfDay(paperDay({ chartOf: (id) => chartOf(id, { allergies: { status: 'not-received' } }) }))[2]?.values,
    ),
    /No allergy data received/,
  )
})

test('a restricted chart is not printed, and the sheet says so', () => {
  const text = textOf(
    sheetsOfDay(paperDay({ withheld: (id) => id === 'p1', appointments: [visit(0, 'p1')] }))[2]?.values,
  )
  assert.match(text, /restricted and is not printed/)
  assert.doesNotMatch(text, /Warfarin/)
})

test('a minute later the same facts are the same paper; another fact is another', () => {
  const hashes = (context: PaperDay): string[] => sheetsOfDay(context).map((sheet) => sheet.contentHash)
  assert.deepEqual(hashes(paperDay({ now: now + 60_000 })), hashes(paperDay()))
  assert.notDeepEqual(
    hashes(paperDay({ chartOf: (id) => chartOf(id, { problems: { status: 'not-asked' } }) })),
    hashes(paperDay()),
  )
})

test('a child has a weight at the top, or the sheet says that none came; an adult does not', () => {
  const top = (birthDate: string, more: Partial<Chart> = {}): unknown => {
    const chart = chartOf('p1', more)
    const child = { ...chart, patient: { ...chart.patient, birthDate } }
    const packet = sheetsOfDay(paperDay({ appointments: [visit(0, 'p1')], chartOf: () => child }))[2]
    const [first]: { weight: string }[] = JSON.parse(textOf(packet?.values.patients))
    return first?.weight
  }
  assert.equal(top('2020-02-01'), 'Weight 71.2 kg on 2026-11-23')
  assert.equal(top('2020-02-01', { vitals: { status: 'not-received' } }), 'NO WEIGHT RECEIVED')
  assert.equal(top('1961-04-09'), '')
})

test('a unit stands once with the name, unless readings differ in it', () => {
  const reading = (id: string, value: string, unit: string, days: number): Observation => ({
    id,
    code: { text: 'Temperature', codings: [] },
    value,
    unit,
    status: 'final',
    at: asOf - days * 86_400_000,
  })
  const one = vitalTable([reading('a', '36.8', 'Cel', 1), reading('b', '37.1', 'Cel', 9)], zone)
  assert.deepEqual(one.header, ['Day', 'Temperature\n°C'])
  assert.deepEqual(
    one.rows.map((row) => row.cells),
    [
      ['2026-11-22', '36.8'],
      ['2026-11-14', '37.1'],
    ],
  )
  const two = vitalTable([reading('a', '36.8', 'Cel', 1), reading('b', '98.9', 'degF', 9)], zone)
  assert.deepEqual(two.header, ['Day', 'Temperature'])
  assert.deepEqual(
    two.rows.map((row) => row.cells[1]),
    ['36.8 °C', '98.9 °F'],
  )
})

test('the press makes tagged PDF: two pages for each patient, every page with its header', async () => {
  await using press = new Press(1)
  for (const sheet of sheetsOfDay(paperDay())) {
    const { pdf, pages } = await press.print(sheet.values)
    const text = Buffer.from(pdf).toString('latin1')
    assert.match(text, /^%PDF-1\.7/)
    assert.match(text, /pdfuaid/)
    assert.equal(pages, sheet.kind === 'packet' ? 6 : 1, sheet.kind)
  }
})

test('a patient whose facts do not fit gets as many pages as it takes, an even number', async () => {
  const many = <Entry>(make: (index: number) => Entry): { status: 'listed'; entries: Entry[] } => ({
    status: 'listed',
    entries: Array.from({ length: 40 }, (_, index) => make(index)),
  })
  const text = 'A long name of something that wraps over two lines in its column'
  const code = { text, codings: [{ system: 'icd-10-cm', code: 'E11.9' }] }
  const full = chartOf('p1', {
    allergies: many((i) => ({
      id: `a${i}`,
      code,
      reaction: 'hives and swelling of the lips',
      criticality: 'high',
      severity: 'severe',
      verified: false,
    })),
    medications: many((i) => ({
      id: `m${i}`,
      code,
      dosage: '2 tablets by mouth three times a day with food and a glass of water',
      highRisk: 'opioid',
      controlledSchedule: '2',
    })),
    problems: many((i) => ({ id: `c${i}`, code, clinicalStatus: 'active' })),
    notes: many((i) => ({
      id: `n${i}`,
      kind: 'Progress note',
      author: 'Dr. Ada Fenn',
      at: asOf,
      text: `${text}. `.repeat(30),
    })),
    pending: many((i) => ({ id: `s${i}`, code, kind: 'lab', status: 'overdue', orderedAt: asOf })),
    vitals: many((i) => ({
      id: `v${i}`,
      code: { text: `Vital ${i % 8}`, codings: [] },
      value: '120/80',
      unit: 'mmHg',
      status: 'final',
      at: asOf - i * 86_400_000,
    })),
    results: many((i) => ({
      id: `r${i}`,
      code: { text: `Test number ${i}`, codings: [] },
      value: '7.1',
      unit: '%',
      flag: 'critical-high',
      referenceRange: '4.0–5.6',
      status: 'final',
      at: asOf,
    })),
    immunizations: many((i) => ({ id: `i${i}`, code, day: '2024-10-02' })),
    procedures: many((i) => ({ id: `x${i}`, code, day: '2019', implant: true })),
  })
  await using press = new Press(1)
  const packet = sheetsOfDay(paperDay({ appointments: [visit(0, 'p1')], chartOf: () => full }))[2]
  assert.ok(packet)
  const { pages } = await press.print(packet.values)
  assert.ok(pages > 2, 'every list is full: it cannot fit')
  assert.ok(pages % 2 === 0, `${pages} pages: the next patient would start on the back`)
  assert.match(textOf(packet.values), /and 26 more: see the viewer/)
})
