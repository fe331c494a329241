import type { Instant } from '../../base/time.ts'
import { leaveAt } from '../duty/leave.ts'
import { whoIsOnCall, zoneOf } from '../duty/on-call.ts'
import { isReachable } from '../duty/reachable.ts'
import { hoursByWeek, isWithin } from '../duty/week-spans.ts'
import type { Plan } from '../readiness.ts'
import type { Person } from '../shape/people.ts'
import type { Roster } from '../shape/roster.ts'

/** Who could be there at an instant, and who stands on each roster that must have somebody then, the first first. */
export type Presence = { there: readonly Person[]; onCall: ReadonlyMap<string, readonly string[]> }

/** Whoever is on leave, or has no telephone that rings away from the desk, is not there. */
export function presenceAt(plan: Plan, at: Instant): Presence {
  const { zone } = plan.practice.practice
  return {
    there: plan.people.people.filter((person) => isReachable(person) && leaveAt(person, at, zone) === undefined),
    onCall: new Map(
      plan.roster.rosters
        .filter((roster) => roster.cover === undefined || isWithin(hoursByWeek(roster.cover), at, zoneOf(plan, roster)))
        .map((roster) => [roster.id, inOrder(plan, roster, at)]),
    ),
  }
}

/** Who is on call, and who is if that one is not there, and so on. */
function inOrder(plan: Plan, roster: Roster, at: Instant): string[] {
  const order: string[] = []
  for (;;) {
    const people = plan.people.people.filter(({ id }) => !order.includes(id))
    const next = whoIsOnCall({ ...plan, people: { ...plan.people, people } }, roster, at)
    if (next.status === 'nobody') return order
    order.push(next.person)
  }
}
