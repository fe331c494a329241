import { createHash } from 'node:crypto'
import type { Instant } from '../../base/time.ts'
import { wallClock } from '../../base/zone.ts'
import { type Reachable, whyNotNow } from '../reach.ts'
import type { ReachTest } from '../reached.ts'

/** How often each person is tested, and in which hours of the day: from the first to the last, over midnight when `to` is the smaller one. */
export type ReachPlan = { everyMs: number; from: number; to: number }

type Tested = Pick<Reachable, 'id' | 'reach' | 'away' | 'zone'>

/**
 * Who is to be tested now. Each person has their own next hour: the one that was tried least for them, of those the one that is longest ago, of those one
 * that differs from person to person, so that a year of tests goes round the clock and nobody knows when theirs comes.
 */
export function dueForTest(
  people: readonly Tested[],
  tests: readonly Pick<ReachTest, 'person' | 'sentAt'>[],
  plan: ReachPlan,
  zone: string,
  now: Instant,
): string[] {
  const { hour } = wallClock(now, zone)
  return people
    .filter((person) => whyNotNow(person, now) === undefined)
    .filter(({ id }) => {
      const sent = new Set(tests.filter((one) => one.person === id).map(({ sentAt }) => sentAt))
      if (sent.size > 0 && now - Math.max(...sent) < plan.everyMs) return false
      return nextHour(id, [...sent], plan, zone) === hour
    })
    .map(({ id }) => id)
}

/** The hour of the day at which this person is tested next. */
export function nextHour(person: string, sent: readonly Instant[], plan: ReachPlan, zone: string): number {
  const last = new Map<number, Instant>()
  const count = new Map<number, number>()
  for (const at of sent) {
    const { hour } = wallClock(at, zone)
    last.set(hour, Math.max(last.get(hour) ?? 0, at))
    count.set(hour, (count.get(hour) ?? 0) + 1)
  }
  const hours = hoursOf(plan)
  const chosen = hours.toSorted(
    (a, b) =>
      (count.get(a) ?? 0) - (count.get(b) ?? 0) ||
      (last.get(a) ?? 0) - (last.get(b) ?? 0) ||
      drawn(person, a) - drawn(person, b),
  )[0]
  return chosen ?? plan.from
}

export function hoursOf({ from, to }: Pick<ReachPlan, 'from' | 'to'>): number[] {
  const count = ((to - from + 24) % 24) + 1
  return Array.from({ length: count }, (_, nth) => (from + nth) % 24)
}

/** A lot that is the same whenever it is drawn. */
function drawn(person: string, hour: number): number {
  return createHash('sha256').update(`${person} ${hour}`).digest().readUInt32BE(0)
}
