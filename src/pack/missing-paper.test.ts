import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Appointment, AppointmentStatus } from '../chart/chart.ts'
import { missingInWords, missingPaper } from './missing-paper.ts'

const DAY = '2026-11-23'

function visit(providerId: string, status: AppointmentStatus = 'booked'): Appointment {
  const start = Date.parse('2026-11-23T14:00:00Z')
  return {
    id: `${providerId} ${status}`,
    sourceId: 'ehr',
    asOf: start,
    locationId: '1',
    patientId: undefined,
    patientName: 'Alder, Ann',
    providerId,
    providerName: `Dr. ${providerId}`,
    start,
    end: start,
    status,
    type: 'Visit',
  }
}

test('paper that has not come is named, provider by provider', () => {
  const visits = [visit('a'), visit('b'), visit('c')]
  const labels = [`day-sheet ${DAY} a`, `day-sheet ${DAY} b`, `packet ${DAY} a`, `front-desk ${DAY} east`]
  assert.deepEqual(missingPaper(visits, DAY, labels).map(missingInWords), [
    'No day sheet yet for 1 of 3 providers: Dr. c.',
    'No patient sheets yet for 2 of 3 providers: Dr. b; Dr. c.',
  ])
  assert.equal(missingPaper(visits, '2026-11-24', labels, ['day-sheet'])[0]?.without.length, 3, 'of another day')
})

test('patient sheets are due only where somebody may still come', () => {
  const visits = [visit('a', 'checked-out'), visit('b', 'cancelled'), visit('c', 'arrived')]
  assert.deepEqual(
    missingPaper(
      visits,
      DAY,
      ['a', 'b', 'c'].map((id) => `day-sheet ${DAY} ${id}`),
    ),
    [{ kind: 'packet', due: 1, without: ['Dr. c'] }],
  )
  assert.deepEqual(missingPaper([], DAY, []), [])
})
