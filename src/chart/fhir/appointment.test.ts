import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Appointment } from '../chart.ts'
import type { FhirContext } from './mapped.ts'
import { meaningsOf } from './resource.ts'

const ZONE = 'America/New_York'
const directory = { find: () => undefined }
const context: FhirContext = { sourceId: 'ehr', asOf: Date.parse('2026-11-23T12:00:00Z'), zone: ZONE, directory }

const START = '2026-11-23T09:30:00-05:00'
const WHO = { actor: { reference: 'Patient/p1', display: 'Quillen, Tamsin' } }
const sent = (more: object): object => ({
  resourceType: 'Appointment',
  id: 'a1',
  status: 'booked',
  start: START,
  participant: [WHO],
  ...more,
})

function visits(more: object): Appointment[] {
  return meaningsOf(sent(more), context).flatMap((one) => (one.type === 'appointment' ? [one.appointment] : []))
}

function asides(more: object): string[] {
  return meaningsOf(sent(more), context).flatMap((one) => (one.type === 'set-aside' ? [one.because] : []))
}

test('whatever the status says, somebody may come', () => {
  const cases: [status: unknown, shown: string, said: string | undefined][] = [
    ['booked', 'booked', undefined],
    ['Booked', 'booked', undefined],
    ['Checked In', 'arrived', undefined],
    ['canceled', 'cancelled', undefined],
    ['no-show', 'no-show', undefined],
    ['rescheduled', 'unknown', 'rescheduled'],
    ['constructor', 'unknown', 'constructor'],
    ['', 'unknown', undefined],
    [undefined, 'unknown', undefined],
    [null, 'unknown', undefined],
    [['booked'], 'unknown', undefined],
    [7, 'unknown', undefined],
  ]
  for (const [status, shown, said] of cases) {
    const [visit] = visits({ status })
    assert.deepEqual([visit?.status, visit?.statusSaid], [shown, said], String(status))
  }
})

test('an end that cannot be read, or that lies before the start, is told and keeps no visit away', () => {
  const at = Date.parse(START)
  const cases: [more: object, minutes: number, told: number][] = [
    [{ end: '2026-11-23T09:50:00-0500' }, 20, 0],
    [{ minutesDuration: '15' }, 15, 0],
    [{ end: '2026-11-23T09:00:00-05:00', minutesDuration: 15 }, 15, 1],
    [{ end: 'later' }, 0, 1],
    [{}, 0, 0],
  ]
  for (const [more, minutes, told] of cases) {
    assert.equal(visits(more)[0]?.end, at + minutes * 60_000, JSON.stringify(more))
    assert.equal(asides(more).length, told, JSON.stringify(more))
  }
})

test('a start that cannot be read is quarantined with its patient', () => {
  for (const start of [undefined, null, 'soon', '2026-11', '2026-11-24T25:99:00Z']) {
    const found = meaningsOf(sent({ start }), context)
    assert.deepEqual(
      found.map((one) => [one.type, one.type === 'set-aside' && one.patientId]),
      [['set-aside', 'p1']],
      String(start),
    )
  }
})

test('a patient is shown however the participant names them', () => {
  const person = {
    resourceType: 'Patient',
    id: 'x',
    name: [{ family: 'Quillen', given: ['Tamsin'] }],
    birthDate: '1980-03-01T00:00:00Z',
  }
  const cases: [more: object, shown: Partial<Appointment>][] = [
    [{}, { patientId: 'p1', patientName: 'Quillen, Tamsin' }],
    [{ participant: { actor: { reference: 'https://x.example/fhir/Patient/p_1/_history/3' } } }, { patientId: 'p_1' }],
    [
      { participant: [{ actor: { type: 'Patient', display: 'Quillen' } }] },
      { patientId: undefined, patientName: 'Quillen' },
    ],
    [
      { participant: [{ actor: { type: 'http://hl7.org/fhir/StructureDefinition/Patient', display: 'Quillen' } }] },
      { patientName: 'Quillen' },
    ],
    [
      { participant: [{ actor: { reference: 'Patient?identifier=7001', display: 'Quillen' } }] },
      { patientName: 'Quillen' },
    ],
    [
      { participant: [{ type: [{ coding: [{ code: 'SBJ' }] }], actor: { display: 'Quillen' } }] },
      { patientName: 'Quillen' },
    ],
    [{ participant: [{ actor: { display: 'Quillen' } }] }, { patientName: 'Quillen' }],
    [{ participant: [{ actor: { type: 'Patient', identifier: { value: '7001' } } }] }, { patientMrn: '7001' }],
    [
      { participant: [{ actor: { reference: '#x' } }], contained: [person] },
      { patientName: 'Quillen, Tamsin', patientBirthDate: '1980-03-01' },
    ],
    [{ participant: [], subject: { reference: 'Patient/p1' } }, { patientId: 'p1' }],
  ]
  for (const [more, shown] of cases) {
    const [visit, ...others] = visits(more)
    assert.equal(others.length, 0)
    for (const [field, value] of Object.entries(shown)) {
      assert.equal(Object.entries(visit ?? {}).find(([name]) => name === field)?.[1], value, JSON.stringify(more))
    }
  }
})

test('a social security number of a logical participant is shown to nobody', () => {
  const identifier = { system: 'urn:oid:2.16.840.1.113883.4.1', value: '999-99-1234' }
  const [visit] = visits({ participant: [{ actor: { type: 'Patient', identifier, display: 'Quillen' } }] })
  assert.doesNotMatch(JSON.stringify(visit), /999/)
})

test('a visit that names nobody is shown as such and told', () => {
  for (const participant of [
    undefined,
    [],
    [{ actor: { reference: 'Practitioner/d1', display: 'Moss' } }],
    [{}],
    ['x'],
  ]) {
    assert.equal(visits({ participant })[0]?.patientName, 'Name not received')
    assert.equal(asides({ participant }).length, 1)
  }
  const unsaid = { participant: [{ actor: { display: 'Quillen' } }, { actor: { display: 'Moss' } }] }
  assert.equal(visits(unsaid)[0]?.patientName, 'Quillen / Moss')
  assert.match(asides(unsaid)[0] ?? '', /which of its participants/)
})

test('providers and places that are named in words are told apart, and by their own keys where they have them', () => {
  const shown = (actor: object): (string | undefined)[] => {
    const [visit] = visits({ participant: [WHO, { actor }] })
    return [visit?.providerId, visit?.providerName, visit?.locationId, visit?.room]
  }
  assert.deepEqual(shown({ type: 'Practitioner', display: 'Moss, Kim' }), ['Moss, Kim', 'Moss, Kim', '', undefined])
  assert.deepEqual(shown({ type: 'Practitioner', identifier: { value: '12' }, display: 'Moss' }), [
    '12',
    'Moss',
    '',
    undefined,
  ])
  assert.deepEqual(shown({ type: 'Location', display: 'East' }), ['', '', 'East', 'East'])
  assert.deepEqual(shown({ reference: 'Location/l1', display: 'East' }), ['', '', 'l1', undefined])
})

test('of two doctors the one who declined is not the one', () => {
  const participant = [
    WHO,
    { status: 'declined', actor: { reference: 'Practitioner/d1', display: 'Moss' } },
    { status: 'accepted', actor: { reference: 'Practitioner/d2', display: 'Ode' } },
  ]
  assert.equal(visits({ participant })[0]?.providerName, 'Ode')
})

test('a group visit is a visit of each patient, under ids that do not depend on their order', () => {
  const actor = (id: string): object => ({ actor: { reference: `Patient/${id}` } })
  const there = visits({ participant: [actor('p1'), actor('p2'), actor('p1')] })
  const back = visits({ participant: [actor('p2'), actor('p1')] })
  assert.deepEqual(
    there.map(({ id, patientId }) => [id, patientId]),
    [
      ['a1~p1', 'p1'],
      ['a1~p2', 'p2'],
    ],
  )
  assert.deepEqual(new Set(back.map(({ id }) => id)), new Set(there.map(({ id }) => id)))
  const wrong = meaningsOf(sent({ status: 'entered-in-error', participant: [actor('p1'), actor('p2')] }), context)
  assert.deepEqual(
    wrong.map((one) => one.type === 'appointment-left-out' && one.appointmentId),
    ['a1', 'a1~p1', 'a1~p2'],
  )
})

test('a visit with a day alone is shown, and says that its time is not known', () => {
  assert.equal(visits({ start: '2026-11-23' }).length, 1)
  assert.match(asides({ start: '2026-11-23' }).join(), /no time of day/)
  assert.deepEqual(asides({ start: '2026-11-23T00:00:00-05:00' }), [])
})
