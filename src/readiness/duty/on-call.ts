import { DAY, type Instant } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import type { Plan } from '../readiness.ts'
import type { Roster, Rotation, Shift } from '../shape/roster.ts'
import { leaveAt } from './leave.ts'
import { turnDaysOf } from './turn-days.ts'
import { hoursByWeek, isWithin } from './week-spans.ts'

/** `passedOver`: who would have been on call and is on leave. */
export type OnCall =
  | { status: 'on-call'; person: string; by: 'override' | 'shift' | 'rotation'; passedOver: string[] }
  | { status: 'nobody'; passedOver: string[] }

/**
 * Who is on call on a roster at an instant. Overrides win over shifts, and those over rotations; among equals the first that is written. Whoever is
 * on leave is passed over for the next. All times are read on the wall of the roster's zone, so a turn from 18:00 to 08:00 is an hour shorter
 * or longer on the night of a time change, and nobody stands in for nobody.
 */
export function whoIsOnCall(plan: Plan, roster: Roster, at: Instant): OnCall {
  const passedOver: string[] = []
  for (const { person, by } of named(roster, at, zoneOf(plan, roster))) {
    const known = plan.people.people.find(({ id }) => id === person)
    if (known !== undefined && leaveAt(known, at, plan.practice.practice.zone) === undefined)
      return { status: 'on-call', person, by, passedOver }
    if (!passedOver.includes(person)) passedOver.push(person)
  }
  return { status: 'nobody', passedOver }
}

export function zoneOf(plan: Plan, roster: Roster): string {
  return roster.zone ?? plan.practice.practice.zone
}

function* named(
  roster: Roster,
  at: Instant,
  zone: string,
): Iterable<{ person: string; by: 'override' | 'shift' | 'rotation' }> {
  for (const shift of roster.overrides) if (covers(shift, at, zone)) yield { person: shift.person, by: 'override' }
  for (const shift of roster.shifts) if (covers(shift, at, zone)) yield { person: shift.person, by: 'shift' }
  for (const rotation of roster.rotations) {
    const person = personOfTurn(rotation, at, zone)
    if (person !== undefined) yield { person, by: 'rotation' }
  }
}

function covers(shift: Shift, at: Instant, zone: string): boolean {
  return momentAt(shift.from, zone) <= at && at < momentAt(shift.to, zone)
}

/** `2026-11-23 18:00` on the wall of a zone. */
export function momentAt(moment: string, zone: string): Instant {
  return instantAt(moment.slice(0, 10), moment.slice(11), zone)
}

function personOfTurn(rotation: Rotation, at: Instant, zone: string): string | undefined {
  const turn = turnAt(rotation, at, zone)
  if (turn < 0) return undefined
  if (rotation.during !== undefined && !isWithin(hoursByWeek(rotation.during), at, zone)) return undefined
  return rotation.people[turn % rotation.people.length]
}

/** Which turn it is, from 0; below 0 before the first. */
export function turnAt(rotation: Rotation, at: Instant, zone: string): number {
  const days = rotation.every / DAY
  const counted = turnDaysOf(rotation)
  const today = dayOf(at, zone)
  const since =
    counted?.before(addDays(today, 1)) ??
    (Date.parse(`${today}T00:00:00Z`) - Date.parse(`${rotation.starts}T00:00:00Z`)) / DAY
  let turn = Math.max(counted === undefined ? Number.NEGATIVE_INFINITY : -1, Math.floor(since / days))
  // Where a calendar leaves out a whole day, turns begin at the same instant: the last of them holds.
  while (turnBegins(rotation, turn + 1, zone) <= at) turn++
  while (turnBegins(rotation, turn, zone) > at) turn--
  return turn
}

/** Where only days with hours count, there is nothing before the first turn. */
export function turnBegins(rotation: Rotation, turn: number, zone: string): Instant {
  const counted = turnDaysOf(rotation)
  const number = (turn * rotation.every) / DAY
  if (counted === undefined) return instantAt(addDays(rotation.starts, number), rotation.at, zone)
  if (turn < 0) return Number.NEGATIVE_INFINITY
  const day = counted.nth(number)
  return day === undefined ? Number.POSITIVE_INFINITY : instantAt(day, rotation.at, zone)
}
