import type { Plan } from '../readiness.ts'
import type { Roster } from '../shape/roster.ts'
import { leaveOf } from './leave.ts'
import { momentAt, type OnCall, turnAt, turnBegins, whoIsOnCall, zoneOf } from './on-call.ts'
import { hoursByWeek, type Interval, intervalsOf } from './week-spans.ts'

/** A stretch of time in which the answer to "who is on call?" stays the same. `needed`: the roster promises somebody. */
export type DutyPeriod = Interval & { needed: boolean; onCall: OnCall }

/** The whole of `within`, cut at every instant at which the answer may change: exact to the millisecond, however the clocks go. */
export function dutyPeriods(plan: Plan, roster: Roster, within: Interval): DutyPeriod[] {
  const zone = zoneOf(plan, roster)
  const needed = roster.cover === undefined ? [within] : intervalsOf(hoursByWeek(roster.cover), within, zone)
  const cuts = [...new Set([...edges(plan, roster, within, zone), ...ends(needed), within.from, within.to])]
    .filter((at) => at >= within.from && at <= within.to)
    .sort((a, b) => a - b)
  const periods: DutyPeriod[] = []
  for (const [nth, from] of cuts.entries()) {
    const to = cuts[nth + 1]
    if (to === undefined) break
    const next = {
      from,
      to,
      needed: needed.some((one) => one.from <= from && from < one.to),
      onCall: whoIsOnCall(plan, roster, from),
    }
    const last = periods.at(-1)
    if (last !== undefined && sameAnswer(last, next)) last.to = to
    else periods.push(next)
  }
  return periods
}

/** Stretches in which the roster promises somebody and there is nobody. */
export function gapsIn(plan: Plan, roster: Roster, within: Interval): DutyPeriod[] {
  return dutyPeriods(plan, roster, within).filter(({ needed, onCall }) => needed && onCall.status === 'nobody')
}

function* edges(plan: Plan, roster: Roster, within: Interval, zone: string): Iterable<number> {
  const people = new Set<string>()
  for (const { from, to, person } of [...roster.overrides, ...roster.shifts]) {
    people.add(person)
    yield momentAt(from, zone)
    yield momentAt(to, zone)
  }
  for (const rotation of roster.rotations) {
    for (const person of rotation.people) people.add(person)
    const last = turnAt(rotation, within.to, zone)
    for (let turn = Math.max(0, turnAt(rotation, within.from, zone)); turn <= last; turn++)
      yield turnBegins(rotation, turn, zone)
    if (rotation.during !== undefined) yield* ends(intervalsOf(hoursByWeek(rotation.during), within, zone))
  }
  for (const person of plan.people.people)
    if (people.has(person.id)) yield* ends(leaveOf(person, plan.practice.practice.zone))
}

function ends(intervals: readonly Interval[]): number[] {
  return intervals.flatMap(({ from, to }) => [from, to])
}

function sameAnswer(a: DutyPeriod, b: DutyPeriod): boolean {
  const answer = ({ needed, onCall }: DutyPeriod) =>
    [
      needed,
      onCall.status,
      onCall.status === 'on-call' ? `${onCall.person} ${onCall.by}` : '',
      ...onCall.passedOver,
    ].join(' ')
  return answer(a) === answer(b)
}
