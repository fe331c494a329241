import { timeOfDay } from '../../base/zone.ts'
import { leaveAt } from '../duty/leave.ts'
import { momentAt, turnAt, turnBegins, zoneOf } from '../duty/on-call.ts'
import type { Finding, Plan, PlanRule } from '../readiness.ts'
import type { Roster } from '../shape/roster.ts'
import { LOOK_AHEAD } from './on-call-gap.ts'

/** A shift ends after it begins, is not given to somebody on leave, and turns change at a time that every night has. */
export const rosterMoments: PlanRule = {
  name: 'roster-moments',
  serves: 'a roster that says what its writer meant, also on the nights on which the clocks change',
  reads: ['practice', 'people', 'roster'],
  *judge(plan, { now }) {
    for (const [nth, roster] of plan.roster.rosters.entries()) {
      yield* shifts(plan, roster, nth, now)
      yield* skippedTurns(plan, roster, nth, now)
    }
  },
}

function* shifts(plan: Plan, roster: Roster, nth: number, now: number): Iterable<Finding> {
  const zone = zoneOf(plan, roster)
  for (const list of ['shifts', 'overrides'] as const)
    for (const [at, { person, from, to }] of roster[list].entries()) {
      const path = ['rosters', nth, list, at]
      const begins = momentAt(from, zone)
      const ends = momentAt(to, zone)
      if (ends <= begins)
        yield {
          part: 'roster',
          path: [...path, 'to'],
          weight: 'error',
          says: `this ends at ${to}, which is not after it begins at ${from}`,
          instead: 'a moment after its beginning',
        }
      const known = plan.people.people.find(({ id }) => id === person)
      const zoneOfLeave = plan.practice.practice.zone
      if (
        known !== undefined &&
        ends > now &&
        (leaveAt(known, begins, zoneOfLeave) ?? leaveAt(known, ends - 1, zoneOfLeave))
      )
        yield {
          part: 'roster',
          path: [...path, 'person'],
          weight: 'warning',
          says: `${known.name} is on leave in this time and is passed over`,
          instead: 'somebody who is there, or correct the leave in people.yaml',
        }
    }
}

function* skippedTurns(plan: Plan, roster: Roster, nth: number, now: number): Iterable<Finding> {
  const zone = zoneOf(plan, roster)
  for (const [at, rotation] of roster.rotations.entries()) {
    const last = turnAt(rotation, now + LOOK_AHEAD, zone)
    for (let turn = Math.max(0, turnAt(rotation, now, zone)); turn <= last; turn++) {
      const begins = turnBegins(rotation, turn, zone)
      if (timeOfDay(begins, zone) === rotation.at) continue
      yield {
        part: 'roster',
        path: ['rosters', nth, 'rotations', at, 'at'],
        weight: 'warning',
        says: `on the night on which the clocks change there is no ${rotation.at}; this turn begins at ${timeOfDay(begins, zone)}`,
        instead: 'a time that every night has, such as 08:00',
      }
      break
    }
  }
}
