import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, dayOf, instantAt, isZone, timeOfDay } from './zone.ts'

test('a zone is one by any of its spellings, and nothing else is', () => {
  assert.deepEqual(['America/New_York', 'Asia/Kathmandu', 'UTC'].map(isZone), [true, true, true])
  assert.deepEqual(['Mars/Olympus', '', 'New York'].map(isZone), [false, false, false])
})

test('a time that the wall shows leads back to itself, in every zone; one that the wall leaves out, to the hour after', () => {
  const zones = fc.constantFrom('America/New_York', 'America/Chicago', 'Europe/London', 'Asia/Kathmandu', 'UTC')
  const instants = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }).map((at) => at - (at % 60_000))
  fc.assert(
    fc.property(zones, instants, (zone, at) => {
      const back = instantAt(dayOf(at, zone), timeOfDay(at, zone), zone)
      assert.deepEqual([dayOf(back, zone), timeOfDay(back, zone)], [dayOf(at, zone), timeOfDay(at, zone)])
    }),
  )
  const gap = instantAt('2026-03-08', '02:30', 'America/New_York')
  assert.equal(timeOfDay(gap, 'America/New_York'), '03:30')
})

test('days go on over the ends of months and years', () => {
  assert.deepEqual([addDays('2026-12-31', 1), addDays('2028-03-01', -1)], ['2027-01-01', '2028-02-29'])
})
