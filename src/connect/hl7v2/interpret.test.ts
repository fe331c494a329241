import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomes } from '../../chart/apply.ts'
import { applyAppointmentChange } from '../../chart/apply-appointment.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { hl7v2Config, type Reading } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const ZONE = 'America/New_York'
const AT = Date.parse('2026-11-22T14:00:00Z')
const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: ZONE })

function told(event: string, lines: string[], at = AT, rules: Partial<Reading> = {}): Told {
  const text = [`MSH|^~\\&|APP|FAC|||20261122||${event}|C1|P|2.5.1`, ...lines].join('\r')
  const parsed = parseMessage(text)
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'feed', zone: ZONE, at, reading: { ...reading, ...rules } })
}

/** The panel and the schedule that a row of messages leaves. */
function after(...tellings: Told[]): {
  charts: Map<string, Chart>
  appointments: Map<string, Appointment>
  faults: string[]
} {
  const charts = new Map<string, Chart>()
  const appointments = new Map<string, Appointment>()
  for (const change of tellings.flatMap((one) => one.charts))
    for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
      if (chart === undefined) charts.delete(patientId)
      else charts.set(patientId, chart)
  for (const change of tellings.flatMap((one) => one.appointments)) {
    const id = change.type === 'appointment' ? change.appointment.id : change.appointmentId
    const left = applyAppointmentChange(appointments.get(id), change)
    if (left === undefined) appointments.delete(id)
    else appointments.set(id, left)
  }
  return { charts, appointments, faults: tellings.flatMap(({ faults }) => faults.map(({ because }) => because)) }
}

function chartAfter(...tellings: Told[]): Chart {
  const chart = after(...tellings).charts.get('7')
  assert.ok(chart, 'no chart 7')
  return chart
}

const PID =
  'PID|1||7^^^HVMG^MR~999^^^SSA^SS||Rivera^Ana^M^^^^L~Okafor^Ana^^^^^M~^Anita^^^^^N||19880818|F|||12 Harbor St^Apt 3^Portland^OR^97201^^H||(503)555-0134^PRN^PH~^PRS^CP^^^503^5550199||spa^Spanish'
const entries = (chart: Chart, name: 'allergies' | 'medications' | 'problems' | 'results' | 'pending' | 'vitals') => {
  const section = chart[name]
  return section.status === 'listed' ? section.entries : section.status
}

test('an admission gives who the patient is, and nothing that was not said', () => {
  const chart = chartAfter(
    told('ADT^A04', [PID, 'NK1|1|Rivera^Luis|SPO^Spouse||(503)555-0100', 'PD1||||42^Moss^Kim', 'PV1|1|O|^^^East']),
  )
  assert.deepEqual(chart.patient, {
    id: '7',
    mrn: '7',
    name: { family: 'Rivera', given: ['Ana', 'M'] },
    preferredName: 'Anita',
    formerNames: [{ family: 'Okafor', given: ['Ana'] }],
    birthDate: '1988-08-18',
    sex: 'female',
    phones: [
      { use: 'home', number: '(503)555-0134' },
      { use: 'mobile', number: '503-5550199' },
    ],
    address: { line: '12 Harbor St, Apt 3', city: 'Portland', state: 'OR', postalCode: '97201' },
    language: 'Spanish',
    primaryCare: 'Moss, Kim',
    emergencyContact: { name: 'Luis Rivera', relation: 'Spouse', phone: '(503)555-0100' },
  })
  assert.equal(chart.asOf, AT)
  assert.equal(chart.allergies.status, 'not-received')
  assert.equal(chart.restriction, 'none')
})

test('the chart is the identifier of the configured type and authority, and PID-2 in old versions', () => {
  const patientOf = (pid: string, rules: Partial<Reading> = {}) => [
    ...after(told('ADT^A08', [pid], AT, rules)).charts.keys(),
  ]
  assert.deepEqual(patientOf('PID|1||1^^^A^SS~2^^^B^MR~3^^^C^MR||X^Y'), ['2'])
  assert.deepEqual(patientOf('PID|1||1^^^A^SS~2^^^B^MR~3^^^C^MR||X^Y', { patientIdAuthority: 'C' }), ['3'])
  assert.deepEqual(patientOf('PID|1|55|||X^Y'), ['55'])
  assert.match(after(told('ADT^A08', ['PID|1||||X^Y'])).faults[0] ?? '', /PID-3 names no chart/)
})

test('a later message leaves what it does not say', () => {
  const chart = chartAfter(told('ADT^A04', [PID]), told('ADT^A08', ['PID|1||7||Rivera^Ana^M||19880818|F'], AT + 1))
  assert.equal(chart.patient.phones.length, 2)
  assert.equal(chart.patient.language, 'Spanish')
})

test('allergies add up, "no known allergies" is told as such, and a withdrawn one goes', () => {
  const added = chartAfter(
    told('ADT^A08', [PID, 'AL1|1|DA|7980^Penicillin^RXNORM|SV|Hives~Swelling|2019']),
    told('ADT^A08', [PID, 'AL1|1|FA|^Peanut'], AT + 1),
  )
  assert.deepEqual(entries(added, 'allergies'), [
    {
      id: '7980@rxnorm',
      code: {
        text: 'Penicillin',
        codings: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '7980', display: 'Penicillin' }],
      },
      criticality: 'high',
      verified: true,
      severity: 'severe',
      reaction: 'Hives, Swelling',
      onset: '2019',
    },
    { id: 'peanut', code: { text: 'Peanut', codings: [] }, criticality: 'unknown', verified: true },
  ])
  const left = chartAfter(
    told('ADT^A08', [PID, 'AL1|1|DA|7980^Penicillin^RXNORM', 'AL1|2|FA|^Peanut']),
    told('ADT^A60', [PID, 'IAM|1|DA|7980^Penicillin^RXNORM|SV||D'], AT + 2),
  )
  assert.equal(entries(left, 'allergies').length, 1)
  assert.equal(chartAfter(told('ADT^A08', [PID, 'AL1|1||NKA^No Known Allergies'])).allergies.status, 'none-known')
})

test('with snapshot lists, the allergies of a message are all there are', () => {
  const lists = { lists: 'snapshot' } as const
  const chart = chartAfter(
    told('ADT^A08', [PID, 'AL1|1||P^Penicillin^L'], AT, lists),
    told('ADT^A08', [PID, 'AL1|1||N^Nuts^L'], AT + 1, lists),
  )
  assert.equal(entries(chart, 'allergies').length, 1)
})

test('problems come from diagnoses and from the problem list', () => {
  const chart = chartAfter(
    told('ADT^A08', [PID, 'DG1|1|I10|E11.9^Type 2 diabetes^I10|||W', 'DG1|2|I9||Old knee pain']),
    told('PPR^PC1', [PID, 'PRB|AD|20261101|38341003^Hypertension^SCT|1'], AT + 1),
    told('PPR^PC3', [PID, 'PRB|DE|20261101|E11.9^Type 2 diabetes^I10|1'], AT + 2),
  )
  const problems = entries(chart, 'problems')
  assert.deepEqual(typeof problems === 'string' ? problems : problems.map(({ code }) => code.text).toSorted(), [
    'Hypertension',
    'Old knee pain',
  ])
})

test('results are kept by order and code: a correction replaces, a withdrawal removes, a final one ends the waiting', () => {
  const order = told('ORM^O01', [
    PID,
    'ORC|NW|P1|||||||20261122080000|||42^Moss^Kim',
    'OBR|1|P1||24323-8^Metabolic panel^LN',
  ])
  assert.deepEqual(entries(chartAfter(order), 'pending'), [
    {
      id: 'P1',
      code: {
        text: 'Metabolic panel',
        codings: [{ system: 'http://loinc.org', code: '24323-8', display: 'Metabolic panel' }],
      },
      kind: 'other',
      status: 'ordered',
      orderedAt: Date.parse('2026-11-22T13:00:00Z'),
      orderedBy: 'Moss, Kim',
    },
  ])
  const result = (value: string, status: string, obr: string, at: number) =>
    told(
      'ORU^R01',
      [
        PID,
        `OBR|1|P1|F1|24323-8^Metabolic panel^LN|||20261122083000||||||||||||||||||${obr}`,
        `OBX|1|NM|2823-3^Potassium^LN||${value}|mmol/L|3.5-5.1|HH|||${status}`,
      ],
      at,
    )
  const first = chartAfter(order, result('6.9', 'P', 'P', AT + 1))
  const [potassium] = entries(first, 'results')
  assert.deepEqual(potassium, {
    id: 'F1/2823-3@loinc.org',
    code: { text: 'Potassium', codings: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] },
    value: '6.9',
    status: 'preliminary',
    at: Date.parse('2026-11-22T13:30:00Z'),
    panel: 'Metabolic panel',
    unit: 'mmol/L',
    referenceRange: '3.5-5.1',
    flag: 'critical-high',
  })
  assert.equal(entries(first, 'pending').length, 1)
  const corrected = chartAfter(order, result('6.9', 'P', 'P', AT + 1), result('4.9', 'C', 'C', AT + 2))
  const results = entries(corrected, 'results')
  assert.deepEqual(typeof results === 'string' ? results : results.map((one) => 'value' in one && one.value), ['4.9'])
  assert.deepEqual(entries(corrected, 'pending'), [])
  const late = chartAfter(result('4.9', 'C', 'C', AT + 2), result('6.9', 'P', 'P', AT + 1))
  assert.deepEqual(entries(late, 'results'), results)
  assert.deepEqual(entries(chartAfter(result('4.9', 'F', 'F', AT), result('4.9', 'W', 'F', AT + 1)), 'results'), [])
})

test('values of every type read as people would write them; vital signs go to the vitals', () => {
  const value = (obx: string): unknown => {
    const chart = chartAfter(told('ORU^R01', [PID, 'OBR|1||F1|x^Panel', obx]))
    const [entry] = [entries(chart, 'results'), entries(chart, 'vitals')]
      .flat()
      .filter((one) => typeof one === 'object')
    return typeof entry === 'object' && 'value' in entry ? entry.value : entry
  }
  assert.equal(value('OBX|1|SN|x^X||>^100'), '> 100')
  assert.equal(value('OBX|1|CWE|x^X||27268008^Salmonella^SCT'), 'Salmonella')
  assert.equal(value('OBX|1|TX|x^X||first line~second line'), 'first line\nsecond line')
  assert.equal(value('OBX|1|FT|x^X||seen\\.br\\twice'), 'seen\ntwice')
  assert.equal(value('OBX|1|ED|x^X||^application^pdf^Base64^JVBERi0='), '(attached pdf, see the EHR)')
  assert.equal(value('OBX|1|ST|x^X||a&b^c'), 'a&b^c')
  assert.match(after(told('ORU^R01', [PID, 'OBR|1||F1|x^P', 'OBX|1|NM|x^X||||||||F'])).faults[0] ?? '', /no value/)
  const vitals = chartAfter(told('ADT^A08', [PID, 'OBX|1|NM|8480-6^Systolic^LN||120|mm[Hg]|||||F|||202611220800']))
  assert.equal(entries(vitals, 'vitals').length, 1)
})

test('a pharmacy order is a medication with its directions, and ends when it is discontinued', () => {
  const order = (control: string, at: number) =>
    told(
      'RDE^O11',
      [
        PID,
        `ORC|${control}|RX9|||||||20261120|||42^Moss^Kim`,
        'TQ1|1||BID^twice a day||||20261121',
        'RXE||855332^Warfarin 5 mg tablet^RXNORM|1||TAB^tablet||^Take one tablet by mouth at bedtime||||||||||||||||||||||||||||CII',
        'RXR|PO^by mouth',
      ],
      at,
    )
  const [entry] = entries(chartAfter(order('NW', AT)), 'medications')
  assert.deepEqual(typeof entry === 'object' && { ...entry, code: '' }, {
    id: 'RX9',
    code: '',
    dosage: 'Take one tablet by mouth at bedtime',
    start: '2026-11-21',
    prescriber: 'Moss, Kim',
    controlledSchedule: '2',
    highRisk: 'anticoagulant',
  })
  assert.deepEqual(entries(chartAfter(order('NW', AT), order('DC', AT + 1)), 'medications'), [])
  const [built] = entries(
    chartAfter(told('RDE^O11', [PID, 'ORC|NW|RX1', 'RXE|^Q8H|1^Metformin 500 mg|1|2|TAB^tablets', 'RXR|PO^by mouth'])),
    'medications',
  )
  assert.equal(typeof built === 'object' && 'dosage' in built && built.dosage, '1 to 2 tablets by mouth Q8H')
})

test('insurances replace each other as a list', () => {
  const chart = chartAfter(
    told('ADT^A08', [PID, 'IN1|1|A|1|Alpha Health||||G1||||||AUTH9||||||||||||||||||||||M1']),
    told('ADT^A08', [PID, 'IN1|1|B|1|Beta Health', 'IN1|2|C|1|Gamma'], AT + 1),
  )
  assert.deepEqual(
    chart.coverage.status === 'listed' && chart.coverage.entries.map(({ rank, payer }) => [rank, payer]),
    [
      ['primary', 'Beta Health'],
      ['secondary', 'Gamma'],
    ],
  )
})

test('a merge moves the old chart into the new one, and its name stays findable', () => {
  const { charts } = after(
    told('ADT^A04', ['PID|1||8^^^HVMG^MR||Okonkwo^Ana||19880818|F', 'AL1|1||P^Penicillin^L']),
    told('ADT^A04', [PID], AT + 1),
    told('ADT^A40', [PID, 'MRG|8^^^HVMG^MR'], AT + 2),
  )
  assert.deepEqual([...charts.keys()], ['7'])
  assert.equal(charts.get('7')?.allergies.status, 'listed')
  assert.ok(charts.get('7')?.patient.formerNames.some(({ family }) => family === 'Okonkwo'))
  assert.match(after(told('ADT^A40', [PID, 'MRG|'])).faults[0] ?? '', /MRG-1 is empty/)
})

const SIU = (
  trigger: string,
  at: number,
  lines = [
    'SCH|A1|F1|||||KNEE^Knee pain|FU^Follow-up|20|min|||||||||||||||Booked',
    'AIL|1||East^Room 2^^HVMG-East',
    'AIP|1||42^Moss^Kim',
    'AIS|1|A|x^y|20261123093000-0500',
  ],
) => told(`SIU^${trigger}`, [lines[0] ?? '', PID, ...lines.slice(1)], at)

test('an appointment is booked, moved, cancelled, missed and deleted', () => {
  const booked = after(SIU('S12', AT)).appointments.get('F1')
  assert.deepEqual(booked, {
    id: 'F1',
    sourceId: 'feed',
    asOf: AT,
    locationId: 'HVMG-East',
    patientId: '7',
    patientName: 'Rivera, Ana M',
    patientBirthDate: '1988-08-18',
    patientMrn: '7',
    patientPhone: '(503)555-0134',
    providerId: '42',
    providerName: 'Moss, Kim',
    start: Date.parse('2026-11-23T14:30:00Z'),
    end: Date.parse('2026-11-23T14:50:00Z'),
    status: 'booked',
    type: 'Follow-up',
    reason: 'Knee pain',
    room: 'Room 2',
  })
  const bare = ['SCH|A1|F1']
  assert.equal(after(SIU('S12', AT), SIU('S15', AT + 1, bare)).appointments.get('F1')?.status, 'cancelled')
  assert.equal(after(SIU('S12', AT), SIU('S26', AT + 1, bare)).appointments.get('F1')?.status, 'no-show')
  assert.equal(after(SIU('S12', AT), SIU('S17', AT + 1, bare)).appointments.size, 0)
  assert.equal(after(SIU('S15', AT + 1, bare), SIU('S12', AT)).appointments.get('F1')?.status, 'booked')
  assert.match(after(SIU('S13', AT, bare)).faults[0] ?? '', /no start time/)
  assert.equal(after(SIU('S23', AT, bare)).appointments.size, 0)
  const point = told('SIU^S12', ['SCH|A1|F1', PID, 'AIL|1||East^^^HVMG', 'AIS|1|A|x|20261123'], AT, {
    locationFrom: 'point-of-care',
  })
  assert.equal(after(point).appointments.get('F1')?.locationId, 'East')
})

test('a chart is restricted by a filled VIP indicator, a protection indicator or an access restriction', () => {
  const restricted = (...lines: string[]): string => chartAfter(told('ADT^A08', [PID, ...lines])).restriction
  const pv1 = (vip: string): string => `PV1|1|O|^^^East|||||||||||||${vip}`
  assert.equal(restricted(pv1('VIP')), 'vip')
  assert.equal(restricted(pv1('')), 'none')
  assert.equal(restricted('PD1||||||||||||Y'), 'other')
  assert.equal(restricted('ARV|1|A|DEM|PAT'), 'other')
  const lifted = told('ADT^A08', [PID, pv1('""')], AT + 1)
  assert.equal(chartAfter(told('ADT^A08', [PID, pv1('VIP')]), lifted).restriction, 'none')
})

test('notes and vaccines are kept; a document without text is set aside', () => {
  const note = told('MDM^T02', [
    PID,
    'TXA|1|PN^Progress note|TX|20261120|42^Moss^Kim|||||||D9',
    'OBX|1|TX|x||Plan: rest',
  ])
  const { notes } = chartAfter(note)
  assert.deepEqual(notes.status === 'listed' && notes.entries.map(({ kind, text, author }) => [kind, text, author]), [
    ['Progress note', 'Plan: rest', 'Moss, Kim'],
  ])
  assert.match(after(told('MDM^T02', [PID, 'TXA|1|PN||||||||||D9'])).faults[0] ?? '', /without text/)
  const { immunizations } = chartAfter(
    told('VXU^V04', [PID, 'ORC|RE', 'RXA|0|1|20261001||141^Influenza^CVX||||||||||LOT7']),
  )
  assert.deepEqual(immunizations.status === 'listed' && immunizations.entries[0]?.lot, 'LOT7')
})

test('what is not used is said: other events, training messages, messages without a patient', () => {
  assert.match(after(told('DFT^P03', [PID])).faults[0] ?? '', /DFT\^P03 is not a message that charts are made from/)
  assert.deepEqual(after(told('DFT^P03', [PID], AT, { leaveOut: ['DFT'] })).faults, [])
  assert.doesNotMatch(after(told('Rivera^Ana', [PID])).faults[0] ?? '', /RIVERA/i)
  assert.match(after(told('ADT^A08', ['EVN|A08'])).faults[0] ?? '', /no PID/)
  const training = parseMessage(`MSH|^~\\&|APP|FAC|||20261122||ADT^A08|C1|T|2.5.1\r${PID}`)
  assert.ok('message' in training)
  const sense = { sourceId: 'feed', zone: ZONE, at: AT, reading }
  assert.match(interpret(training.message, sense).faults[0]?.because ?? '', /training/)
  assert.equal(interpret(training.message, { ...sense, reading: { ...reading, testMessages: true } }).charts.length, 1)
})
