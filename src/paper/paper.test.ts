import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankChart } from '../chart/blank-chart.ts'
import type { Appointment, Chart, Doubt, Observation } from '../chart/chart.ts'
import { oldestAsOf } from '../chart/list-age.ts'
import { Press } from './engine.ts'
import { firstNumbers } from './numbers.ts'
import { resultTable, vitalTable } from './observations.ts'
import type { PaperDay } from './paper.ts'
import { sheetsOfDay } from './plan.ts'

const zone = 'America/Chicago'
const day = '2026-11-23'
const now = Date.parse('2026-11-23T12:27:00Z')
const asOf = now - 47 * 60_000

function chartOf(patientId: string, more: Partial<Chart> = {}): Chart {
  const blank = blankChart(patientId, 'ehr', asOf)
  return {
    ...blank,
    patient: {
      ...blank.patient,
      mrn: `00${patientId}`,
      name: { family: 'Quillfeather', given: ['Marisol', 'Ana'] },
      formerNames: [{ family: 'Tarn', given: ['Marisol'] }],
      birthDate: '1961-04-09',
      sex: 'female',
      phones: [{ use: 'mobile', number: '(555) 010-4477' }],
      balanceDueCents: 4250,
    },
    allergies: {
      status: 'listed',
      entries: [
        {
          id: 'a1',
          code: { text: 'Penicillin', codings: [] },
          reaction: 'anaphylaxis',
          criticality: 'high',
          severity: 'severe',
          verified: true,
        },
      ],
    },
    medications: {
      status: 'listed',
      entries: [
        {
          id: 'm1',
          code: { text: 'Warfarin 5 mg tablet', codings: [] },
          dosage: '1 tablet by mouth each evening',
          highRisk: 'anticoagulant',
        },
      ],
    },
    problems: { status: 'none-known' },
    vitals: {
      status: 'listed',
      entries: [
        { id: 'v1', code: { text: 'Weight', codings: [] }, value: '71.2', unit: 'kg', status: 'final', at: asOf },
      ],
    },
    coverage: {
      status: 'listed',
      entries: [{ id: 'c1', rank: 'primary', payer: 'Lakeshore Mutual', memberId: 'LM-1', copay: '$25' }],
    },
    ...more,
  }
}

function visit(index: number, patientId: string, more: Partial<Appointment> = {}): Appointment {
  const start = Date.parse('2026-11-23T14:00:00Z') + index * 20 * 60_000
  return {
    id: `appt-${String(index).padStart(3, '0')}`,
    sourceId: 'ehr',
    asOf,
    locationId: 'east',
    patientId,
    patientName: 'Quillfeather, Marisol',
    patientBirthDate: '1961-04-09',
    patientMrn: `00${patientId}`,
    providerId: 'prov-1',
    providerName: 'Dr. Ada Fenn',
    start,
    end: start + 20 * 60_000,
    status: 'booked',
    type: 'Follow-up',
    reason: 'blood pressure',
    ...more,
  }
}

function paperDay(more: Partial<PaperDay> = {}): PaperDay {
  const charts = new Map(['p1', 'p2'].map((id) => [id, chartOf(id)]))
  const appointments = [visit(1, 'p2'), visit(0, 'p1'), visit(2, 'p3'), visit(3, 'p1', { status: 'cancelled' })]
  return {
    practiceName: 'Harbor Valley',
    siteId: 'site-east',
    siteName: 'East',
    siteMark: 'EAST',
    zone,
    day,
    sample: true,
    paperSize: 'letter',
    sourceWords: 'the EHR standby',
    appointments,
    numbers: firstNumbers(appointments),
    chartOf: (id) => charts.get(id),
    asOf: { schedule: asOf + 60_000, chart: (chart) => chart.asOf },
    withheld: () => false,
    now,
    ...more,
  }
}

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

const oneSheet = (
  more: Partial<Chart>,
  visits: Appointment[] = [visit(0, 'p1')],
  day_: Partial<PaperDay> = {},
): string =>
  textOf(
    sheetsOfDay(
      paperDay({
        appointments: visits,
        chartOf: () => chartOf('p1', more),
        asOf: { schedule: asOf, chart: oldestAsOf },
        ...day_,
      }),
    ).map(({ values }) => values),
  )

test('an empty list is printed as missing, and missing allergies are the loudest thing on the sheet', () => {
  const allergies = (section: Chart['allergies']): { look: string; words: string } => {
    const [, , packet] = sheetsOfDay(
      paperDay({ appointments: [visit(0, 'p1')], chartOf: () => chartOf('p1', { allergies: section }) }),
    )
    const [first]: { allergies: { look: string; words: string } }[] = JSON.parse(textOf(packet?.values.patients))
    return first?.allergies ?? { look: '', words: '' }
  }
  const missing: Chart['allergies'][] = [
    { status: 'listed', entries: [] },
    { status: 'not-asked' },
    { status: 'not-received' },
    { status: 'listed', entries: [], noneStated: 'x' },
  ]
  for (const section of missing) {
    const { look, words } = allergies(section)
    assert.equal(look, 'danger')
    assert.match(words, /ask the patient/)
  }
  assert.deepEqual(allergies({ status: 'none-known' }).look, 'none')
  assert.match(
    oneSheet({ problems: { status: 'listed', entries: [] } }),
    /None listed: problems\. The record does not say there are none/,
  )
  const { allergies: known } = chartOf('p1')
  const contradicted = allergies({ ...known, ...(known.status === 'listed' ? { noneStated: 'x' } : {}) })
  assert.equal(contradicted.look, 'danger')
  assert.equal(contradicted.words, 'Record also says “none known”. Ask the patient.')
})

test('what is in doubt is printed in the head, in its list and on the day list, with counts', () => {
  const doubts: Doubt[] = [
    { kind: 'quarantined', section: 'allergies', sourceId: 'ehr', count: 2, because: 'no words' },
    { kind: 'other-person', sourceId: 'lab', count: 1, because: 'another birth date' },
  ]
  const text = oneSheet({ doubts })
  assert.match(text, /VERIFY NAME AND BIRTH DATE\. Not shown: allergies 2, under another name or birth date 1/)
  assert.match(
    text,
    /2 records could not be read and are not shown \(source: ehr\)\. Ask the patient\. Reason: no words\./,
  )
  assert.match(text, /1 record under this MRN has a different name or birth date/)
  assert.match(text, /VERIFY IDENTITY","VERIFY ALLERGIES/)
  const front = textOf(sheetsOfDay(paperDay({ chartOf: () => chartOf('p1', { doubts }) }))[0]?.values)
  assert.match(front, /VERIFY IDENTITY/)
  assert.doesNotMatch(front, /ALLERGIES/)
  const withheld = oneSheet({ doubts, restriction: 'part2' }, [visit(0, 'p1')], { withheld: () => true })
  assert.match(withheld, /has a different name or birth date/)
  assert.doesNotMatch(withheld, /could not be read|allergies 2|source: /)
})

test('a list that is older than the rest says so, and dates the sheet', () => {
  const older = asOf - 3 * 3_600_000
  const text = oneSheet({ sectionAsOf: { medications: older } })
  assert.match(text, /"asOf":"as of 2026-11-23 02:40"/)
  assert.match(text, /2026-11-23 02:40, made 06:27/)
  const [, , packet] = sheetsOfDay(
    paperDay({
      appointments: [visit(0, 'p1')],
      chartOf: () => chartOf('p1', { sectionAsOf: { medications: older } }),
      asOf: { schedule: asOf, chart: oldestAsOf },
    }),
  )
  assert.equal(packet?.asOf, older)
})

test('a visit of unknown status, one that the EHR no longer lists, and what was not received are on the lists', () => {
  const text = oneSheet({}, [
    visit(0, 'p1', { status: 'unknown', statusSaid: 'Left voicemail' }),
    visit(1, 'p1', { heldBack: true, locationId: 'unknown' }),
    visit(2, 'p1', { patientName: '', providerName: '' }),
  ])
  assert.match(text, /3 visits, 08:00 to 09:00, 1 not in the EHR’s last answer and kept, 1 with status unknown/)
  assert.match(text, /STATUS UNKNOWN \(“Left voicemail”\)/)
  assert.match(text, /NOT IN LAST ANSWER, KEPT/)
  assert.match(text, /Location not received/)
  assert.match(text, /Name not received/)
})

test('what a laboratory wrote beside a value is printed below it, lines as they came', () => {
  const result = (more: Partial<Observation>): Observation => ({
    id: 'r1',
    code: { text: 'Potassium', codings: [] },
    value: '6.9',
    status: 'final',
    at: asOf,
    ...more,
  })
  const below = (more: Partial<Observation>): string[] | undefined => resultTable([result(more)], zone).rows[0]?.below
  assert.deepEqual(below({ note: 'Hemolyzed.\nRepeat.' }), ['Potassium, 2026-11-23: Note: Hemolyzed.\nRepeat.'])
  assert.deepEqual(below({ value: 'Line one\nLine two' }), ['Potassium, 2026-11-23: Line one\nLine two'])
  assert.equal(below({}), undefined)
  assert.match(
    oneSheet({ results: { status: 'listed', entries: [result({ note: 'Hemolyzed.' })] } }),
    /Note: Hemolyzed/,
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
