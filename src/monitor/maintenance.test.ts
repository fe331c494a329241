import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HOUR, MINUTE } from '../base/time.ts'
import { addDays, instantAt, timeOfDay } from '../base/zone.ts'
import { wiringOf } from './failing.ts'
import { checkWindow, heldBack, inForce, type MaintenanceWindow } from './maintenance.ts'

const zone = 'America/New_York'
const weekly = (from: string, to: string, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  name: 'Nightly backup',
  covers: [],
  zone,
  when: { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], from, to, lastDay: '2030-12-31' },
  ...more,
})

test('a weekly window lasts from one wall-clock time to another, over midnight too, and not after its last day', () => {
  const window = weekly('22:00', '02:00')
  const at = (day: string, time: string) => inForce(window, instantAt(day, time, zone))
  assert.equal(at('2026-11-23', '21:59'), undefined)
  assert.equal(at('2026-11-23', '22:00'), instantAt('2026-11-24', '02:00', zone))
  assert.equal(at('2026-11-24', '01:59'), instantAt('2026-11-24', '02:00', zone))
  assert.equal(at('2026-11-24', '02:00'), undefined)
  assert.equal(at('2031-01-01', '01:00'), instantAt('2031-01-01', '02:00', zone))
  assert.equal(at('2031-01-01', '23:00'), undefined)
})

test('when clocks change, a window still begins and ends by the clock on the wall', () => {
  // 2026-11-01: 01:00 to 02:00 comes twice. 2026-03-08: 02:00 to 03:00 does not come.
  const long = inForce(weekly('00:30', '03:00'), instantAt('2026-11-01', '00:30', zone))
  assert.equal((long ?? 0) - instantAt('2026-11-01', '00:30', zone), 3.5 * HOUR)
  const short = inForce(weekly('00:30', '03:00'), instantAt('2026-03-08', '00:30', zone))
  assert.equal((short ?? 0) - instantAt('2026-03-08', '00:30', zone), 1.5 * HOUR)
})

test('in every zone and on every day, a window shows the hours that it names, ends, and is never longer than they and one more', () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
  const quarter = fc
    .integer({ min: 0, max: 95 })
    .map((n) => `${String(n >> 2).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`)
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 5700 }), quarter, quarter, (inZone, days, from, to) => {
      const day = addDays('2015-01-01', days)
      const window = weekly(from, to, { zone: inZone })
      const noon = instantAt(day, '12:00', inZone)
      for (let at = noon - 12 * HOUR; at < noon + 12 * HOUR; at += 15 * MINUTE) {
        const until = inForce(window, at)
        if (until === undefined) continue
        assert.ok(until > at && until - at <= 25 * HOUR)
      }
      // Away from changes of the clock, the wall decides alone.
      const quiet =
        Math.abs(
          instantAt(addDays(day, 2), '12:00', inZone) - instantAt(addDays(day, -2), '12:00', inZone) - 96 * HOUR,
        ) === 0
      if (!quiet) return
      for (let at = noon - 6 * HOUR; at < noon + 6 * HOUR; at += 15 * MINUTE) {
        const wall = timeOfDay(at, inZone)
        const inside = to > from ? wall >= from && wall < to : wall >= from || wall < to
        assert.equal(inForce(window, at) !== undefined, inside, `${inZone} ${day} ${wall} ${from}-${to}`)
      }
    }),
    { numRuns: 300 },
  )
})

test('a window covers what it names and what that takes down, and nothing else', () => {
  const map = {
    things: [
      { id: 'switch', name: 'Switch', kind: 'switch' as const, needs: [] },
      { id: 'ehr', name: 'EHR', kind: 'application' as const, needs: ['switch'] },
      { id: 'phone', name: 'Phones', kind: 'application' as const, needs: [] },
    ],
    probes: [],
  }
  const now = instantAt('2026-11-23', '23:00', zone)
  const windows = [weekly('22:00', '02:00', { covers: ['thing:switch'] })]
  const held = (key: string) => heldBack(windows, key, now, wiringOf(map))?.window.name
  assert.deepEqual(['thing:switch', 'thing:ehr', 'thing:phone'].map(held), [
    'Nightly backup',
    'Nightly backup',
    undefined,
  ])
  const standby = [weekly('22:00', '02:00', { covers: ['standby:ehr'] })]
  assert.ok(heldBack(standby, 'standby:ehr:log', now) !== undefined, 'whatever its trouble')
  assert.equal(heldBack(standby, 'standby:ehr-2:log', now), undefined)
  const source = [weekly('22:00', '02:00', { covers: ['source:ehr'] })]
  assert.ok(heldBack(source, 'held-back:ehr', now) !== undefined, 'what a source would take away while it is worked on')
  assert.equal(heldBack(source, 'held-back:labs', now), undefined)
})

test('a window that would never be, or never end, is refused with what to write instead', () => {
  const now = instantAt('2026-11-23', '12:00', zone)
  const once = (from: string, to: string): MaintenanceWindow => ({
    name: 'New UPS',
    covers: [],
    zone,
    when: { kind: 'once', from: { day: from, time: '20:00' }, to: { day: to, time: '22:00' } },
  })
  checkWindow(once('2026-11-23', '2026-11-23'), now)
  assert.throws(() => checkWindow(once('2026-11-24', '2026-11-23'), now), /ends before it begins/)
  assert.throws(() => checkWindow(once('2026-11-20', '2026-11-21'), now), /over already/)
  assert.throws(() => checkWindow(once('2026-11-23', '2027-01-23'), now), /more than 14 days/)
})

test('every week is not for ever: a window that would silence most of the time, or for years, is refused', () => {
  const now = instantAt('2026-11-23', '12:00', zone)
  const until = (lastDay: string, days: number[], from: string, to: string): MaintenanceWindow =>
    weekly(from, to, { when: { kind: 'weekly', days, from, to, lastDay } })
  const daily = [0, 1, 2, 3, 4, 5, 6]
  checkWindow(until('2027-11-23', daily, '19:00', '07:00'), now)
  checkWindow(until('2027-11-23', [0], '10:00', '10:00'), now)
  assert.throws(() => checkWindow(until('2027-01-31', daily, '10:00', '10:00'), now), /more than half of each week/)
  assert.throws(() => checkWindow(until('2027-01-31', daily, '10:00', '09:59'), now), /more than half of each week/)
  assert.throws(() => checkWindow(until('9999-12-31', [0], '10:00', '11:00'), now), /ends within a year/)
})
