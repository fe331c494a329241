import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartsFromFhir } from './charts.ts'

const REQUEST = { sourceId: 'ehr', asOf: Date.parse('2026-11-23T12:00:00Z'), zone: 'America/New_York' }
const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Ash' }] }
const subject = { reference: 'Patient/p1' }
const read = (...sent: object[]): ReturnType<typeof chartsFromFhir> => chartsFromFhir(sent, REQUEST)

test('side and place on the body stand with what they belong to', () => {
  const category = [{ coding: [{ code: 'laboratory' }] }]
  const table: ['problems' | 'procedures' | 'results' | 'pending', object, string][] = [
    ['problems', { resourceType: 'Condition', bodySite: [{ text: 'Left' }] }, 'Thing, Left'],
    ['procedures', { resourceType: 'Procedure', status: 'completed', bodySite: [{ text: 'Right' }] }, 'Thing, Right'],
    ['pending', { resourceType: 'ServiceRequest', status: 'active', bodySite: [{ text: 'Knee' }] }, 'Thing, Knee'],
    [
      'results',
      { resourceType: 'Observation', status: 'final', category, bodySite: { text: 'Left eye' } },
      'Thing, Left eye',
    ],
    [
      'problems',
      { resourceType: 'Condition', code: { text: 'Fracture, left' }, bodySite: [{ text: 'Left' }] },
      'Fracture, left',
    ],
    ['problems', { resourceType: 'Condition', bodySite: [{ text: 'A' }, { text: 'B' }, {}] }, 'Thing, A, B'],
  ]
  for (const [list, more, name] of table) {
    const { charts } = read(PATIENT, { id: 'x', subject, code: { text: 'Thing' }, valueString: '28', ...more })
    const section = charts[0]?.[list]
    assert.deepEqual(section?.status === 'listed' && section.entries.map(({ code }) => code.text), [name])
  }
})

test('an order not to do something is one however the server writes yes', () => {
  for (const doNotPerform of [true, 'true']) {
    const order = { resourceType: 'ServiceRequest', id: 's', status: 'active', subject, code: { text: 'Transfusion' } }
    const { pending } = read(PATIENT, { ...order, doNotPerform }).charts[0] ?? {}
    assert.deepEqual(pending?.status === 'listed' && pending.entries.map(({ code }) => code.text), [
      'DO NOT PERFORM: Transfusion',
    ])
  }
})

test('a sex or a death that cannot be read is told', () => {
  const table: [object, string[]][] = [
    [{ gender: 'female', deceasedBoolean: false }, []],
    [{ gender: 'unknown' }, []],
    [{ gender: 'woman' }, ['its sex cannot be read']],
    [{ deceasedBoolean: 'true' }, []],
    [{ deceasedBoolean: 'Y' }, ['whether the patient is deceased cannot be read']],
  ]
  for (const [more, because] of table) {
    const { setAside } = read({ ...PATIENT, ...more })
    assert.deepEqual(
      setAside.map((one) => one.because),
      because,
    )
  }
})
