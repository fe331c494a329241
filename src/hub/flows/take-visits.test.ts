import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database } from '../../base/database.ts'
import type { Appointment } from '../../chart/chart.ts'
import { appointmentsIn } from '../../chart/visits/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { takeSchedule } from './take-visits.ts'

const NOW = Date.parse('2026-11-23T11:00:00Z')
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const takes = (db: Database, window: { from: number; to: number }, visits: Appointment[]) =>
  db
    .transaction()
    .execute((together) => takeSchedule(together, { sourceId: 'ehr', began: NOW, now: NOW }, window, visits))

function appointment(id: string, start: number, more: Partial<Appointment> = {}): Appointment {
  return {
    id,
    sourceId: 'ehr',
    asOf: NOW,
    locationId: 'east',
    patientId: '1',
    patientName: 'Alder, Ann',
    providerId: 'p1',
    providerName: 'Dr. Bo Hale',
    start,
    end: start + 900_000,
    status: 'booked',
    type: 'Visit',
    ...more,
  }
}

test('a schedule takes out of its window what it no longer names, and leaves the rest', async () => {
  const db = await server.database()
  const window = { from: NOW, to: NOW + 10_000 }
  await takes(db, { from: NOW, to: NOW + 99_000 }, [
    appointment('a', NOW),
    appointment('b', NOW + 5),
    appointment('later', NOW + 20_000),
  ])
  const changed = await takes(db, window, [
    appointment('a', NOW, { asOf: NOW + 60_000 }),
    appointment('c', NOW + 6, { locationId: 'west' }),
  ])
  assert.equal(changed, 2)
  const ids = async (places: string[] | 'all') =>
    (await appointmentsIn(db, places, NOW, NOW + 99_000)).map((one) => one.id)
  assert.deepEqual(await ids('all'), ['a', 'c', 'later'])
  assert.deepEqual(await ids(['west']), ['c'])
  assert.deepEqual(await ids([]), [])
})
