import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, type Instant } from '../../base/time.ts'
import { instantAt, wallClock } from '../../base/zone.ts'
import { dueForTest, hoursOf, nextHour, type ReachPlan } from './reach-plan.ts'

const zone = 'America/New_York'
const plan: ReachPlan = { everyMs: 14 * DAY, from: 7, to: 20 }
const reach = [{ channel: 'sms' as const, target: '+15550101' }]
const ada = { id: 'ada', reach, away: new Array<{ from: string; to: string }>(), zone }
const START = instantAt('2026-01-05', '00:20', zone)

/** The hub looks once an hour; what is due is sent. */
function year(people: (typeof ada)[], rules: ReachPlan, days = 365): { person: string; sentAt: Instant }[] {
  const tests: { person: string; sentAt: Instant }[] = []
  for (let now = START; now < START + days * DAY; now += HOUR)
    for (const person of dueForTest(people, tests, rules, zone, now)) tests.push({ person, sentAt: now })
  return tests
}

test('in a year of tests every hour that is allowed was tried, none that is not, and nobody is asked too often', () => {
  const tests = year([ada], plan)
  const hours = tests.map(({ sentAt }) => wallClock(sentAt, zone).hour)
  assert.deepEqual(new Set(hours), new Set(hoursOf(plan)))
  for (const [nth, { sentAt }] of tests.entries())
    if (nth > 0) assert.ok(sentAt - (tests[nth - 1]?.sentAt ?? 0) >= plan.everyMs)
  assert.ok(tests.length >= 20, `${tests.length} tests`)
})

test('hours go over midnight where it is so written, through the nights on which clocks change', () => {
  const nights: ReachPlan = { everyMs: DAY, from: 22, to: 5 }
  assert.deepEqual(hoursOf(nights), [22, 23, 0, 1, 2, 3, 4, 5])
  const hours = new Set(year([ada], nights, 120).map(({ sentAt }) => wallClock(sentAt, zone).hour))
  assert.deepEqual(hours, new Set(hoursOf(nights)))
})

test('who is away, or has no number, is not tested', () => {
  const now = instantAt('2026-01-05', `${String(nextHour('ada', [], plan, zone)).padStart(2, '0')}:10`, zone)
  assert.deepEqual(dueForTest([ada], [], plan, zone, now), ['ada'])
  assert.deepEqual(dueForTest([{ ...ada, reach: [] }], [], plan, zone, now), [])
  assert.deepEqual(dueForTest([{ ...ada, away: [{ from: '2026-01-01', to: '2026-01-09' }] }], [], plan, zone, now), [])
})

test('the next hour is always an allowed one, and never one that was tried more often than another', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(365 * 24)), fc.nat(23), fc.nat(23), (offsets, from, to) => {
      const sent = offsets.map((hours) => START + hours * HOUR)
      const chosen = nextHour('ada', sent, { everyMs: DAY, from, to }, zone)
      const times = (hour: number): number => sent.filter((at) => wallClock(at, zone).hour === hour).length
      assert.ok(hoursOf({ from, to }).includes(chosen))
      assert.ok(hoursOf({ from, to }).every((hour) => times(hour) >= times(chosen)))
    }),
  )
})
