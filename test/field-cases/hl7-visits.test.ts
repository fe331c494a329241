import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Appointment } from '../../src/chart/chart.ts'
import { messagesIn, played } from './hl7-play.ts'

const visitsOf = async (file: string): Promise<Appointment[]> => [...(await played(messagesIn(file))).visits.values()]
const at = (visit: Appointment | undefined): string => new Date(visit?.start ?? 0).toISOString()

test('hl7-reschedule-action-code-d.hl7: the new day, place and doctor', async () => {
  const [visit] = await visitsOf('hl7-reschedule-action-code-d.hl7')
  assert.deepEqual(
    [at(visit), visit?.locationId, visit?.providerName],
    ['2026-11-24T19:00:00.000Z', 'HV-West', 'Ode, Pat'],
  )
})

test('hl7-s14-partial-loses-place.hl7: what is not said stays', async () => {
  const [visit] = await visitsOf('hl7-s14-partial-loses-place.hl7')
  assert.deepEqual(
    [visit?.patientId, visit?.locationId, visit?.providerName, visit?.reason],
    ['7001', 'HV-East', 'Moss, Kim', 'Knee, worse'],
  )
  assert.equal((visit?.end ?? 0) - (visit?.start ?? 0), 30 * 60_000)
})

test('hl7-group-visit-one-patient.hl7: both patients are on the schedule and have charts', async () => {
  const { visits, charts } = await played(messagesIn('hl7-group-visit-one-patient.hl7'))
  assert.deepEqual([...visits.values()].map(({ patientId = '' }) => patientId).toSorted(), ['7001', '7002'])
  assert.deepEqual([...charts.keys()].toSorted(), ['7001', '7002'])
})

test('hl7-status-left-message.hl7: nobody is struck off, arrived or checked out by a part of a word', async () => {
  const visits = await visitsOf('hl7-status-left-message.hl7')
  assert.deepEqual(
    visits.map(({ status, statusSaid }) => [status, statusSaid]),
    [
      ['booked', undefined],
      ['unknown', 'Not arrived'],
      ['unknown', 'Incomplete'],
    ],
  )
})

test('hl7-msh7-offset-ignored.hl7: times without an offset have the offset of the message', async () => {
  const [visit] = await visitsOf('hl7-msh7-offset-ignored.hl7')
  assert.equal(at(visit), '2026-11-23T17:30:00.000Z')
})
