import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { addDays, dayOf, instantAt, timeOfDay, wallClock } from '../../base/zone.ts'
import { type Plan, partNames, planShape } from '../readiness.ts'
import type { Roster } from '../shape/roster.ts'
import { whoIsOnCall } from './on-call.ts'
import { dutyPeriods, gapsIn } from './periods.ts'
import { siteAt } from './site-open.ts'

function planWith(zone: string, roster: object, leave: Record<string, unknown[]> = {}): { plan: Plan; roster: Roster } {
  const plan = planShape.parse({
    ...Object.fromEntries(partNames.map((part) => [part, {}])),
    practice: { plan: 1, practice: { id: 'p', name: 'P', zone } },
    people: { people: ['ann', 'ben', 'cas'].map((id) => ({ id, name: id, leave: leave[id] ?? [] })) },
    roster: { rosters: [{ id: 'r', name: 'R', ...roster }] },
  })
  const [only] = plan.roster.rosters
  assert.ok(only)
  return { plan, roster: only }
}

const personAt = (plan: Plan, roster: Roster, at: number): string => {
  const onCall = whoIsOnCall(plan, roster, at)
  return onCall.status === 'on-call' ? onCall.person : 'nobody'
}

const CHICAGO = 'America/Chicago'

test('a turn changes at 08:00 on the wall, also in the week in which the clocks change', () => {
  const { plan, roster } = planWith(CHICAGO, {
    rotations: [{ people: ['ann', 'ben'], starts: '2026-10-26', at: '08:00', every: '1w' }],
  })
  const nearly = (day: string, time: string) => personAt(plan, roster, instantAt(day, time, CHICAGO))
  assert.deepEqual(
    [
      nearly('2026-10-26', '07:59'),
      nearly('2026-10-26', '08:00'),
      nearly('2026-11-02', '07:59'),
      nearly('2026-11-02', '08:00'),
    ],
    ['nobody', 'ann', 'ann', 'ben'],
  )
  const [, week] = dutyPeriods(plan, roster, {
    from: instantAt('2026-10-26', '00:00', CHICAGO),
    to: instantAt('2026-11-09', '00:00', CHICAGO),
  })
  assert.equal(((week?.to ?? 0) - (week?.from ?? 0)) / HOUR, 169)
})

test('whoever is on leave is passed over for the next, and when nobody is left that is a gap of exactly that length', () => {
  const rotation = { people: ['ann'], starts: '2026-01-05', at: '08:00', every: '1w' }
  const within = { from: instantAt('2026-11-30', '00:00', CHICAGO), to: instantAt('2026-12-14', '00:00', CHICAGO) }
  const leave = { ann: [{ from: '2026-12-03', to: '2026-12-04' }] }
  const alone = planWith(CHICAGO, { rotations: [rotation] }, leave)
  assert.deepEqual(
    gapsIn(alone.plan, alone.roster, within).map(({ from, to, onCall }) => [
      dayOf(from, CHICAGO),
      (to - from) / DAY,
      onCall.passedOver,
    ]),
    [['2026-12-03', 2, ['ann']]],
  )
  const both = planWith(CHICAGO, { rotations: [rotation, { ...rotation, people: ['ben'] }] }, leave)
  assert.deepEqual(gapsIn(both.plan, both.roster, within), [])
  assert.equal(personAt(both.plan, both.roster, instantAt('2026-12-03', '12:00', CHICAGO)), 'ben')
})

test('an override wins over a shift, and that over a rotation', () => {
  const { plan, roster } = planWith(CHICAGO, {
    rotations: [{ people: ['ann'], starts: '2026-01-05', at: '08:00', every: '1w' }],
    shifts: [{ person: 'ben', from: '2026-12-24 18:00', to: '2026-12-25 18:00' }],
    overrides: [{ person: 'cas', from: '2026-12-25 00:00', to: '2026-12-25 06:00' }],
  })
  const at = (time: string, day = '2026-12-25') => personAt(plan, roster, instantAt(day, time, CHICAGO))
  assert.deepEqual(
    [at('17:00', '2026-12-24'), at('23:00', '2026-12-24'), at('03:00'), at('06:00'), at('18:00')],
    ['ann', 'ben', 'cas', 'ben', 'ann'],
  )
})

test('hours from 17:00 to 08:00 and a day from 08:00 to 17:00 leave nothing between them on any night of the year', () => {
  const { plan, roster } = planWith(CHICAGO, {
    rotations: [
      { people: ['ann'], starts: '2026-01-01', at: '00:00', every: '1d', during: everyDay('17:00-08:00') },
      { people: ['ben'], starts: '2026-01-01', at: '00:00', every: '1d', during: everyDay('08:00-17:00') },
    ],
  })
  const year = { from: instantAt('2026-02-01', '00:00', CHICAGO), to: instantAt('2027-02-01', '00:00', CHICAGO) }
  assert.deepEqual(gapsIn(plan, roster, year), [])
  const lengths = dutyPeriods(plan, roster, year).filter(
    ({ onCall }) => onCall.status === 'on-call' && onCall.person === 'ann',
  )
  assert.deepEqual(
    [...new Set(lengths.slice(1, -1).map(({ from, to }) => (to - from) / HOUR))].sort((a, b) => a - b),
    [14, 15, 16],
  )
})

function everyDay(hours: string): Record<string, string> {
  return Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, hours]))
}

/** Zones whose clocks do odd things: by half an hour, at midnight, in the south, a day left out, not at all. */
const ZONES = [
  CHICAGO,
  'Australia/Lord_Howe',
  'America/Havana',
  'America/Santiago',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Europe/Dublin',
  'Asia/Kathmandu',
  'UTC',
]

test('over years of odd zones, the turn at any instant is the one that the wall clock says, and periods tile time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: 1, max: 14 }),
      fc.integer({ min: 6, max: 21 }),
      fc.integer({ min: 0, max: 20 * 365 }),
      fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (zone, days, hour, offset, spots) => {
        const at = `${String(hour).padStart(2, '0')}:00`
        const people = ['ann', 'ben', 'cas']
        const { plan, roster } = planWith(zone, {
          rotations: [{ people, starts: '2008-01-07', at, every: `${days}d` }],
        })
        const from = instantAt(addDays('2009-01-01', offset), '00:00', zone)
        const within = { from, to: from + 40 * DAY }
        const periods = dutyPeriods(plan, roster, within)
        assert.equal(periods[0]?.from, within.from)
        assert.equal(periods.at(-1)?.to, within.to)
        for (const [nth, { to, onCall }] of periods.entries()) {
          assert.equal(onCall.status, 'on-call')
          if (nth + 1 < periods.length) assert.equal(periods[nth + 1]?.from, to)
        }
        for (const spot of spots) {
          const when = Math.floor(within.from + spot * 40 * DAY)
          const wall = wallClock(when, zone)
          // Hours of the evening and the day are never skipped or doubled in these zones, so the wall alone decides.
          const turns = Math.floor(
            (Date.parse(`${wall.day}T00:00:00Z`) +
              wall.hour * HOUR +
              wall.minute * MINUTE -
              Date.parse(`2008-01-07T${at}:00Z`)) /
              (days * DAY),
          )
          const expected = people[turns % 3]
          assert.equal(personAt(plan, roster, when), expected, `${zone} ${wall.day} ${timeOfDay(when, zone)}`)
          const period = periods.find((one) => one.from <= when && when < one.to)
          assert.equal(period?.onCall.status === 'on-call' ? period.onCall.person : '', expected)
        }
      },
    ),
    { numRuns: 80 },
  )
})

test('with shifts, leave and hours at random, every period answers for each instant in it', () => {
  const person = fc.constantFrom('ann', 'ben', 'cas')
  const day = fc.integer({ min: 0, max: 60 }).map((days) => addDays('2026-10-01', days))
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`)
  const moment = fc.tuple(day, time).map((both) => both.join(' '))
  const shift = fc.record({ person, from: moment, to: moment })
  const rotation = fc.record({
    people: fc.array(person, { minLength: 1, maxLength: 4 }),
    starts: day,
    at: time,
    every: fc.constantFrom('1d', '2d', '1w'),
    during: fc.tuple(time, time).map(([from, to]) => everyDay(`${from}-${to}`)),
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.record({
        rotations: fc.array(rotation, { maxLength: 3 }),
        shifts: fc.array(shift, { maxLength: 4 }),
        overrides: fc.array(shift, { maxLength: 3 }),
      }),
      fc.array(fc.tuple(day, fc.integer({ min: 0, max: 9 })), { maxLength: 3 }),
      fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (zone, made, away, spots) => {
        const leave = { ann: away.map(([from, days]) => ({ from, to: addDays(from, days) })) }
        const { plan, roster } = planWith(zone, made, leave)
        const within = { from: instantAt('2026-10-10', '00:00', zone), to: instantAt('2026-11-20', '00:00', zone) }
        const periods = dutyPeriods(plan, roster, within)
        for (const spot of spots) {
          const when = Math.floor(within.from + spot * (within.to - within.from))
          const period = periods.find(({ from, to }) => from <= when && when < to)
          assert.deepEqual(period?.onCall, whoIsOnCall(plan, roster, when))
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('a site is open by its hours, closed on its own days off, and of one without hours nothing is said', () => {
  const site = planShape.shape.sites.parse({
    sites: [
      {
        id: 's',
        name: 'S',
        hours: { mon: '08:00-12:00, 13:00-17:00', fri: '08:00-12:00' },
        exceptions: [{ on: '2026-11-23', hours: 'closed', because: 'move' }],
      },
      { id: 't', name: 'T' },
    ],
  }).sites
  const at = (nth: number, day: string, time: string) => {
    const one = site[nth]
    assert.ok(one)
    return siteAt(one, instantAt(day, time, CHICAGO), CHICAGO)
  }
  assert.deepEqual(at(0, '2026-11-16', '11:00'), { status: 'open', until: instantAt('2026-11-16', '12:00', CHICAGO) })
  assert.deepEqual(at(0, '2026-11-16', '12:30'), {
    status: 'closed',
    opensAt: instantAt('2026-11-16', '13:00', CHICAGO),
  })
  assert.deepEqual(at(0, '2026-11-22', '12:00'), {
    status: 'closed',
    opensAt: instantAt('2026-11-27', '08:00', CHICAGO),
  })
  assert.deepEqual(at(1, '2026-11-16', '11:00'), { status: 'unknown' })
})
