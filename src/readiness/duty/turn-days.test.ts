import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY } from '../../base/time.ts'
import { addDays, instantAt } from '../../base/zone.ts'
import type { Rotation } from '../shape/roster.ts'
import { WEEKDAYS, type Week } from '../shape/week.ts'
import { turnAt, turnBegins } from './on-call.ts'
import { hoursByWeek, intervalsOf, isWithin } from './week-spans.ts'

const CHICAGO = 'America/Chicago'
const OFFICE: Week = Object.fromEntries(WEEKDAYS.slice(0, 5).map((day) => [day, [{ from: '09:00', to: '19:00' }]]))

function rotationOf(more: Partial<Rotation>): Rotation {
  return { people: ['a', 'b', 'c'], starts: '2026-11-02', at: '09:00', every: DAY, during: OFFICE, ...more }
}

/** Who has the hours at noon of each day from `starts` on; `-`: nobody. */
function atNoon(rotation: Rotation, days: number): string {
  return Array.from({ length: days }, (_, nth) => {
    const at = instantAt(addDays(rotation.starts, nth), '12:00', CHICAGO)
    const isOn = isWithin(hoursByWeek(rotation.during ?? {}), at, CHICAGO)
    const turn = turnAt(rotation, at, CHICAGO)
    return isOn && turn >= 0 ? rotation.people[turn % rotation.people.length] : '-'
  }).join('')
}

test('a weekend without hours is nobody’s turn: Monday follows Friday', () => {
  assert.equal(atNoon(rotationOf({}), 14), 'abcab--cabca--')
  assert.equal(atNoon(rotationOf({ people: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }), 14), 'abcde--fgabc--')
  assert.equal(atNoon(rotationOf({ every: 2 * DAY }), 14), 'aabbc--caabb--')
})

test('turns of whole weeks go by the calendar, and so do those without hours of their own', () => {
  assert.equal(atNoon(rotationOf({ every: 7 * DAY }), 14), 'aaaaa--bbbbb--')
  assert.equal(turnAt(rotationOf({ during: undefined }), instantAt('2026-11-09', '12:00', CHICAGO), CHICAGO), 7)
})

test('a rotation that begins on a day without hours begins with the first that has some', () => {
  assert.equal(atNoon(rotationOf({ starts: '2026-11-07' }), 7), '--abcab')
  assert.equal(turnAt(rotationOf({ starts: '2026-11-07' }), instantAt('2026-11-08', '12:00', CHICAGO), CHICAGO), -1)
})

test('hours that no day has are no turn at all', () => {
  const empty = rotationOf({ during: { mon: [] } })
  assert.equal(turnAt(empty, instantAt('2026-12-01', '12:00', CHICAGO), CHICAGO), -1)
})

const time = fc.constantFrom('00:00', '06:30', '09:00', '12:00', '18:00', '23:30')
const hours = fc.array(fc.record({ from: time, to: fc.oneof(time, fc.constant('24:00')) }), { maxLength: 2 })
const week: fc.Arbitrary<Week> = fc.record(Object.fromEntries(WEEKDAYS.map((day) => [day, hours])))

test('whatever the hours: every counted turn of a day has some, none in between is left out, and everybody comes round', () => {
  const days = fc.integer({ min: 1, max: 6 })
  fc.assert(
    fc.property(week, time, fc.nat(6), days, fc.integer({ min: 2, max: 7 }), (during, at, weekday, every, count) => {
      const people = Array.from({ length: count }, (_, nth) => `p${nth}`)
      const rotation = rotationOf({ during, at, people, every: every * DAY, starts: addDays('2026-11-02', weekday) })
      const hasHours = (from: number, to: number) => intervalsOf(hoursByWeek(during), { from, to }, 'UTC').length > 0
      let [last, counted] = [-1, 0]
      for (let day = 0; day < 70; day++) {
        const begins = instantAt(addDays(rotation.starts, day), at, 'UTC')
        const isOn = hasHours(begins, begins + DAY)
        if (isOn) counted++
        const turn = turnAt(rotation, begins, 'UTC')
        assert.equal(turn, Math.ceil(counted / every) - 1)
        assert.ok(turn === last || turn === last + 1)
        if (turn >= 0)
          assert.ok(turnBegins(rotation, turn, 'UTC') <= begins && turnBegins(rotation, turn + 1, 'UTC') > begins)
        last = turn
      }
    }),
    { numRuns: 300 },
  )
})
