import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entries, hold } from '../../../test/practice/fhir/held.ts'
import {
  allergyRecord,
  appointmentRecord,
  type FhirRecord,
  NOON,
  patientRecord,
  practiceRecords,
  resultRecord,
  snomed,
} from '../../../test/practice/fhir/records.ts'
import { send } from '../../../test/practice/fhir/reply.ts'
import { Failure } from '../../base/failure.ts'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'

function changedRecord(id: string, more: object): FhirRecord {
  const record = practiceRecords(6).find((one) => one.id === id)
  assert.ok(record)
  return { ...record, ...more }
}

test('a poll tells the change of one list, and hardly asks anything', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, resultRecord('new', 'p3', 6.1, NOON))
  const before = held.side.asked.length
  const parts = await held.read()
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['charts', 'end'],
  )
  assert.equal(entries(held.chart('p3').results)[0]?.value, '6.1')
  assert.ok(held.side.asked.length - before <= 12, `${held.side.asked.length - before} questions`)
})

test('what was heard in the overlap is not told twice, and what came in it is', async () => {
  await using held = await hold(practiceRecords(6), { overlapMs: 2 * MINUTE })
  await held.read()
  held.later(5 * MINUTE, resultRecord('one', 'p3', 6.1, NOON))
  await held.read()
  // Stamped before the last poll, but only seen now: a transaction that took its time, or a clock that is behind.
  held.side.shelf.put(resultRecord('late', 'p4', 2.2, NOON), held.world.now - MINUTE)
  const parts = await held.read()
  const told = parts.flatMap((part) => (part.type === 'charts' ? part.changes : []))
  assert.equal(told.length, 1)
  assert.ok(entries(held.chart('p4').results).some(({ value }) => value === '2.2'))
})

test('an allergy ends “none known”, and a word of none does not hide an allergy', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex'))
  await held.read()
  assert.deepEqual(
    entries(held.chart('p1').allergies).map(({ code }) => code.text),
    ['Latex'],
  )
  held.later(
    5 * MINUTE,
    allergyRecord('none', 'p0', 'No known allergy', { code: snomed('716186003', 'No known allergy') }),
  )
  await held.read()
  assert.deepEqual(
    entries(held.chart('p0').allergies).map(({ code }) => code.text),
    ['Penicillin'],
  )
})

test('an allergy entered in error goes; the “none known” that it contradicted is not believed until it is said anew', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex'))
  await held.read()
  const wrong = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex', wrong))
  await held.read()
  const none = allergyRecord('a1', 'p1', 'No known allergy', { code: snomed('716186003', 'No known allergy') })
  assert.deepEqual(entries(held.chart('p1').allergies), [])
  assert.equal(held.chart('p1').allergies.status, 'listed')
  held.later(5 * MINUTE, none)
  await held.read()
  assert.equal(held.chart('p1').allergies.status, 'none-known')
})

test('a medication that is stopped goes, and so does a result entered in error', async () => {
  await using held = await hold()
  await held.read()
  const stopped = changedRecord('m2', { status: 'stopped' })
  const wrong = changedRecord('r2', { status: 'entered-in-error' })
  held.later(5 * MINUTE, stopped, wrong)
  await held.read()
  assert.deepEqual(entries(held.chart('p2').medications), [])
  assert.deepEqual(entries(held.chart('p2').results), [])
  assert.equal(entries(held.chart('p3').medications).length, 1)
})

test('a server that leaves out what it told a moment ago is not believed: no allergy vanishes', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p0', 'Latex'))
  held.side.fault = (url, _request, response) => {
    if (!url.searchParams.has('patient')) return false
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', entry: [] })
    return true
  }
  await assert.rejects(held.read(), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
  assert.equal(entries(held.chart('p0').allergies).length, 1)
})

test('a patient who is new has a whole chart at once; one who moved keeps hers', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, patientRecord(90), allergyRecord('a90', 'p90'), { ...patientRecord(0), telecom: [] })
  const parts = await held.read()
  assert.equal(entries(held.chart('p90').allergies).length, 1)
  assert.deepEqual(held.chart('p90').results, { status: 'listed', entries: [] })
  assert.deepEqual(held.chart('p0').patient.phones, [])
  assert.equal(entries(held.chart('p0').allergies).length, 1)
  assert.equal(parts.filter((part) => part.type === 'panel').length, 0)
})

test('a record that was replaced by another is a merge', async () => {
  await using held = await hold()
  await held.read()
  const link = [{ type: 'replaced-by', other: { reference: 'Patient/p3' } }]
  held.later(5 * MINUTE, { ...patientRecord(0), active: false, link })
  await held.read()
  assert.ok(!held.charts.has('p0'))
  assert.ok(entries(held.chart('p3').allergies).some(({ id }) => id === 'AllergyIntolerance/a0'))
})

test('an appointment that is moved out of the window is gone, one that is cancelled stays', async () => {
  await using held = await hold()
  await held.read()
  held.later(
    5 * MINUTE,
    appointmentRecord('ap1', 'p1', NOON + 60 * DAY),
    appointmentRecord('ap2', 'p2', NOON, 'cancelled'),
  )
  const parts = await held.read()
  assert.ok(!held.appointments.has('ap1'))
  assert.ok(held.appointments.has('ap2'))
  assert.ok(parts.some((part) => part.type === 'appointments'))
})

test('what was deleted goes by the server’s history', async () => {
  await using held = await hold(practiceRecords(6), {}, (side) => (side.history = true))
  await held.read()
  held.later(20 * MINUTE)
  for (const key of ['AllergyIntolerance/a0', 'MedicationRequest/m2', 'Patient/p5', 'Appointment/ap4']) {
    held.side.shelf.remove(key)
  }
  held.world.now += MINUTE
  await held.read()
  assert.deepEqual(entries(held.chart('p0').allergies), [])
  assert.deepEqual(entries(held.chart('p2').medications), [])
  assert.ok(!held.charts.has('p5'))
  assert.ok(!held.appointments.has('ap4'))
})

test('what was deleted without a word goes with the next complete reading', async () => {
  await using held = await hold()
  await held.read()
  held.later(20 * MINUTE)
  for (const key of ['AllergyIntolerance/a0', 'Patient/p5']) held.side.shelf.remove(key)
  await held.read()
  assert.ok(held.charts.has('p5'))
  held.later(25 * HOUR)
  const parts = await held.read()
  assert.ok(parts.some((part) => part.type === 'panel'))
  assert.ok(!held.charts.has('p5'))
  assert.deepEqual(entries(held.chart('p0').allergies), [])
})

test('where polls go by export, what changed and what was deleted is told by it', async () => {
  const more = { bulk: { when: 'always', changes: true, filters: true } }
  await using held = await hold(practiceRecords(6), more, (side) => {
    side.exports = true
  })
  await held.read()
  held.later(5 * MINUTE, resultRecord('new', 'p3', 6.1, NOON), allergyRecord('late', 'p1', 'Latex'), patientRecord(50))
  held.side.shelf.remove('MedicationRequest/m2')
  held.side.shelf.remove('Patient/p5')
  const begun = held.side.asked.length
  await held.read()
  assert.ok(entries(held.chart('p3').results).some(({ value }) => value === '6.1'))
  assert.equal(held.chart('p1').allergies.status, 'listed')
  assert.equal(entries(held.chart('p3').medications).length, 1)
  assert.ok(held.charts.has('p50'))
  assert.ok(!held.charts.has('p5'))
  const asked = held.side.asked.slice(begun)
  const kickOff = asked.find((url) => url.pathname.endsWith('$export'))
  assert.ok(kickOff !== undefined && kickOff.searchParams.has('_since'))
  assert.ok(kickOff.searchParams.getAll('_typeFilter').some((filter) => filter.includes('category=laboratory')))
  assert.ok(asked.every((url) => !url.searchParams.has('_lastUpdated')))
  assert.deepEqual(entries(held.chart('p2').medications), [])
})
