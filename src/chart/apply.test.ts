import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyChange, outcomes, touchedBy } from './apply.ts'
import { applyAppointmentChange } from './apply-appointment.ts'
import { blankChart } from './blank-chart.ts'
import type { ChartChange } from './change.ts'
import type { AllergyIntolerance, Appointment, Chart, MedicationStatement, Observation } from './chart.ts'

const allergy = (id: string, text = id): AllergyIntolerance => ({
  id,
  code: { text, codings: [] },
  criticality: 'unknown',
  verified: true,
})
const medication = (id: string, dosage: string): MedicationStatement => ({
  id,
  code: { text: id, codings: [] },
  dosage,
})
const result = (id: string, value: string, at: number): Observation => ({
  id,
  code: { text: 'Potassium', codings: [] },
  value,
  status: 'final',
  at,
})
const said = (at: number) => ({ patientId: 'p1', sourceId: 'hl7', at })
const named = (at: number, family: string): ChartChange => ({
  type: 'patient',
  ...said(at),
  patient: { mrn: 'M1', name: { family, given: ['Ana'] } },
})
const allergies = (at: number, ...entries: AllergyIntolerance[]): ChartChange => ({
  type: 'upsert',
  ...said(at),
  section: 'allergies',
  entries,
})
const read = (at: number, part: Partial<Chart> = {}) => {
  const chart: Chart = { ...blankChart('p1', 'hl7', at), ...part }
  return { type: 'chart', chart } as const
}
const after = (...changes: ChartChange[]): Chart => {
  const chart = changes.reduce<Chart | undefined>(applyChange, undefined)
  assert.ok(chart)
  return chart
}

const ids = fc.constantFrom('a', 'b', 'c')
const ats = fc.integer({ min: 1, max: 50 })
const anyChange: fc.Arbitrary<ChartChange> = fc.oneof(
  fc.record({ at: ats, id: ids, text: ids }).map(({ at, id, text }) => allergies(at, allergy(id, text))),
  fc.record({ at: ats, id: ids, dose: ids }).map(
    ({ at, id, dose }): ChartChange => ({
      type: 'upsert',
      ...said(at),
      section: 'medications',
      entries: [medication(id, dose)],
    }),
  ),
  fc
    .record({ at: ats, id: ids })
    .map(({ at, id }): ChartChange => ({ type: 'remove', ...said(at), section: 'allergies', entryIds: [id] })),
  ats.map(
    (at): ChartChange => ({ type: 'replace', ...said(at), section: 'allergies', value: { status: 'none-known' } }),
  ),
  fc.record({ at: ats, id: ids }).map(
    ({ at, id }): ChartChange => ({
      type: 'replace',
      ...said(at),
      section: 'allergies',
      value: { status: 'listed', entries: [allergy(id, `read ${at}`)] },
    }),
  ),
  fc.record({ at: ats, family: fc.constantFrom('Rivera', 'Okafor') }).map(({ at, family }) => named(at, family)),
  ats.map((at): ChartChange => ({ type: 'patient', ...said(at), patient: { language: `language ${at}` } })),
  fc
    .record({ at: ats, id: ids })
    .map(({ at, id }) => read(at, { allergies: { status: 'listed', entries: [allergy(id, `whole ${at}`)] } })),
)

test('applying a change twice gives what applying it once gives', () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 8 }), anyChange, (before, change) => {
      const chart = before.reduce<Chart | undefined>(applyChange, undefined)
      const once = applyChange(chart, change)
      assert.deepEqual(applyChange(once, change), once)
    }),
  )
})

test('events said at different times give one chart, in whatever order they come', () => {
  const apart = fc.uniqueArray(anyChange, {
    minLength: 2,
    maxLength: 8,
    selector: (change) => (change.type === 'chart' ? change.chart.asOf : 'at' in change ? change.at : 0),
  })
  const shuffled = apart.chain((changes) =>
    fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, { minLength: changes.length })),
  )
  fc.assert(
    fc.property(shuffled, ([changes, other]) => {
      const known = after(named(0, 'Rivera'))
      const first = changes.reduce<Chart | undefined>(applyChange, known)
      const second = other.reduce<Chart | undefined>(applyChange, known)
      const shown = (chart: Chart | undefined) => [
        chart?.allergies,
        chart?.medications,
        chart?.asOf,
        chart?.patient.language,
        chart?.patient.name,
      ]
      assert.deepEqual(shown(second), shown(first))
    }),
    { numRuns: 2000 },
  )
})

test('a message that comes late does not undo a later one, nor bring back what was removed', () => {
  const chart = after(allergies(10, allergy('pen', 'Penicillin')), allergies(5, allergy('pen', 'Pencilin')))
  assert.deepEqual(chart.allergies, { status: 'listed', entries: [allergy('pen', 'Penicillin')] })
  const without = after(allergies(1, allergy('lat')), {
    type: 'remove',
    ...said(10),
    section: 'allergies',
    entryIds: ['pen'],
  })
  assert.equal(applyChange(without, allergies(5, allergy('pen')))?.allergies.status, 'listed')
  assert.deepEqual(applyChange(without, allergies(5, allergy('pen')))?.allergies, {
    status: 'listed',
    entries: [allergy('lat')],
  })
})

test('a late word about one list is still heard when another list was spoken of later', () => {
  const chart = after(
    { type: 'upsert', ...said(20), section: 'results', entries: [result('k', '4.1', 19)] },
    allergies(10, allergy('pen')),
  )
  assert.equal(chart.asOf, 20)
  assert.equal(chart.allergies.status, 'listed')
})

test('a chart read whole replaces all that was said before it, and keeps what was said after it', () => {
  const events = [allergies(10, allergy('old')), allergies(30, allergy('new')), named(30, 'Okafor')]
  const whole = read(20, {
    allergies: { status: 'listed', entries: [allergy('old', 'as read')] },
    patient: { ...blankChart('p1', 'hl7', 20).patient, mrn: 'M1', name: { family: 'Rivera', given: ['Ana'] } },
  })
  const chart = after(...events, whole)
  assert.deepEqual(chart.allergies, { status: 'listed', entries: [allergy('new'), allergy('old', 'as read')] })
  assert.equal(chart.patient.name.family, 'Okafor')
  assert.deepEqual(chart.patient.formerNames, [{ family: 'Rivera', given: ['Ana'] }])
  assert.deepEqual(after(...events, read(40)), read(40).chart)
})

test('an older reading of a whole chart changes nothing', () => {
  const chart = after(read(20, { allergies: { status: 'none-known' } }))
  assert.equal(applyChange(chart, read(10)), chart)
})

test('a chart that no event reached stands exactly as it was read', () => {
  const change = read(20)
  assert.deepEqual(after(read(10), change), change.chart)
})

test('"none known" ends with the first entry, and removing the last entry does not claim it', () => {
  const none: ChartChange = { type: 'replace', ...said(1), section: 'allergies', value: { status: 'none-known' } }
  assert.deepEqual(after(none).allergies, { status: 'none-known' })
  assert.equal(after(none, allergies(2, allergy('pen'))).allergies.status, 'listed')
  assert.deepEqual(
    after(none, allergies(2, allergy('pen')), {
      type: 'remove',
      ...said(3),
      section: 'allergies',
      entryIds: ['pen'],
    }).allergies,
    { status: 'listed', entries: [] },
  )
})

test('an event of another feed does not make the rest of a chart look newer', () => {
  const chart = applyChange(after(read(20)), {
    type: 'upsert',
    ...said(50),
    sourceId: 'lab',
    section: 'allergies',
    entries: [allergy('pen')],
  })
  assert.equal(chart?.asOf, 20)
  assert.equal(chart?.allergies.status, 'listed')
})

test('a name that changed stays findable as a former name', () => {
  const chart = after(named(1, 'Rivera'), named(2, 'Okafor'))
  assert.equal(chart.patient.name.family, 'Okafor')
  assert.deepEqual(chart.patient.formerNames, [{ family: 'Rivera', given: ['Ana'] }])
  assert.deepEqual(after(named(2, 'Okafor'), named(1, 'Rivera')).patient, chart.patient)
})

test('a restriction that was told holds, and a late one does not lift it', () => {
  const told = (at: number, restriction: Chart['restriction']): ChartChange => ({
    type: 'patient',
    ...said(at),
    patient: {},
    restriction,
  })
  assert.equal(after(told(5, 'vip')).restriction, 'vip')
  assert.equal(after(told(5, 'vip'), told(4, 'none')).restriction, 'vip')
  assert.equal(after(told(5, 'vip'), told(6, 'none')).restriction, 'none')
})

test('a merge moves entries and names, drops nothing, and is harmless when it comes again', () => {
  const merge: ChartChange = { type: 'merge', fromId: 'p2', intoId: 'p1', sourceId: 'hl7', at: 9 }
  const from = after(named(1, 'Rivera'), allergies(2, allergy('pen', 'Penicillin'), allergy('lat')))
  const charts = new Map<string, Chart>([
    ['p1', after(named(3, 'Okafor'), allergies(4, allergy('pen', 'Penicillin V')))],
    ['p2', { ...from, patient: { ...from.patient, id: 'p2' } }],
  ])
  const apply = (): void => {
    for (const { patientId, chart } of outcomes(merge, (id) => charts.get(id)))
      if (chart === undefined) charts.delete(patientId)
      else charts.set(patientId, chart)
  }
  apply()
  const once = structuredClone([...charts])
  apply()
  assert.deepEqual([...charts], once)
  const chart = charts.get('p1')
  assert.deepEqual(
    chart?.allergies.status === 'listed' && chart.allergies.entries.map(({ id, code }) => [id, code.text]),
    [
      ['lat', 'lat'],
      ['p2/pen', 'Penicillin'],
      ['pen', 'Penicillin V'],
    ],
  )
  assert.deepEqual(chart?.patient.formerNames, [{ family: 'Rivera', given: ['Ana'] }])
  assert.equal(charts.has('p2'), false)
  assert.deepEqual(touchedBy(merge), ['p2', 'p1'])
})

test('a patient who is gone is gone, unless something newer was said', () => {
  const gone: ChartChange = { type: 'gone', ...said(10) }
  assert.equal(applyChange(after(named(5, 'Rivera')), gone), undefined)
  assert.notEqual(applyChange(after(named(15, 'Rivera')), gone), undefined)
})

test('an appointment keeps its newest word; a status alone begins none', () => {
  const booked: Appointment = {
    id: 'a1',
    sourceId: 'hl7',
    asOf: 5,
    locationId: 'east',
    patientId: 'p1',
    patientName: 'Rivera, Ana',
    providerId: 'd1',
    providerName: 'Dr. Moss',
    start: 100,
    end: 200,
    status: 'booked',
    type: 'follow-up',
  }
  const status = { type: 'appointment-status', appointmentId: 'a1', sourceId: 'hl7', status: 'cancelled' } as const
  assert.equal(applyAppointmentChange(undefined, { ...status, at: 6 }), undefined)
  assert.equal(applyAppointmentChange(booked, { ...status, at: 6 })?.status, 'cancelled')
  assert.equal(applyAppointmentChange(booked, { ...status, at: 4 })?.status, 'booked')
  const moved = { ...booked, asOf: 4, start: 300 }
  assert.equal(applyAppointmentChange(booked, { type: 'appointment', appointment: moved })?.start, 100)
  assert.equal(
    applyAppointmentChange(booked, { type: 'appointment-gone', appointmentId: 'a1', sourceId: 'hl7', at: 9 }),
    undefined,
  )
})

test('a visit that is told in part keeps what is not said, its length too', () => {
  const known: Appointment = {
    id: 'a',
    sourceId: 'ehr',
    asOf: 100,
    locationId: 'west',
    patientId: '1',
    patientName: 'Alder, Ann',
    providerId: 'p',
    providerName: 'Dr. Hale',
    start: 1_000,
    end: 1_900,
    status: 'booked',
    type: 'Visit',
  }
  const part = (said: Partial<Appointment>) =>
    applyAppointmentChange(known, {
      type: 'appointment-part',
      appointmentId: 'a',
      sourceId: 'ehr',
      at: 200,
      part: said,
    })
  assert.deepEqual([part({ start: 5_000 })?.end, part({ start: 5_000 })?.locationId], [5_900, 'west'])
  assert.equal(part({ start: 5_000, end: 5_100 })?.end, 5_100)
  assert.equal(part({ status: 'cancelled' })?.start, 1_000)
})
