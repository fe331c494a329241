import { DAY, type Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import { turnAt, turnBegins, zoneOf } from '../duty/on-call.ts'
import { turnDaysOf } from '../duty/turn-days.ts'
import { hoursByWeek, type Interval, intervalsOf } from '../duty/week-spans.ts'
import type { Finding, PlanRule } from '../readiness.ts'
import type { Roster, Rotation } from '../shape/roster.ts'
import type { Week } from '../shape/week.ts'

/** As many turns as bring everybody to every weekday, twice. */
const CYCLES = 2 * 7
/** Longer than this no plan stays as it is. */
const MOST_MS = 3 * 366 * DAY

/** Everybody in a rotation has a turn in which somebody is needed, and nobody has two of them running because the turns between need nobody. */
export const rotationTurns: PlanRule = {
  name: 'rotation-turns',
  serves: 'a rotation that shares the work as its writer meant, also over weekends',
  reads: ['practice', 'people', 'roster'],
  *judge(plan, { now }) {
    for (const [nth, roster] of plan.roster.rosters.entries())
      for (const [at, rotation] of roster.rotations.entries()) {
        const zone = zoneOf(plan, roster)
        const path = ['rosters', nth, 'rotations', at, 'people']
        const turns = turnsOnDuty(roster, rotation, zone, now)
        if (turns === undefined) continue
        const name = (id: string) => plan.people.people.find((person) => person.id === id)?.name ?? id
        const never = [...new Set(rotation.people)].filter((id) => turns.every(({ person }) => person !== id))
        if (never.length > 0)
          yield finding(
            path,
            `${roster.name}: ${never.map(name).join(' and ')} never ${never.length === 1 ? 'has' : 'have'} a turn in hours in which somebody is needed`,
          )
        const twice = turns.find(({ person, turn }, index) => {
          const next = turns[index + 1]
          return next !== undefined && next.person === person && next.turn > turn + 1
        })
        if (
          never.length === 0 &&
          twice === undefined &&
          new Set(rotation.people).size > 1 &&
          (turnDaysOf(rotation)?.skipped ?? 0) > 0
        )
          yield finding(
            path,
            `${roster.name}: its turns pass over the days without hours, so nobody keeps the same weekday. Look at the next weeks on the roster page and see that they are as meant`,
          )
        if (twice !== undefined && new Set(rotation.people).size > 1)
          yield finding(
            path,
            `${roster.name}: ${name(twice.person)} has the turn of ${dayOf(twice.begins, zone)} and the next one too, because the turns between are on days that need nobody`,
          )
      }
  },
}

function finding(path: Finding['path'], says: string): Finding {
  return {
    part: 'roster',
    path,
    weight: 'warning',
    says,
    instead:
      'turns of whole weeks, every: 1w, where people are to keep their days; or during: with the hours of this rotation, so that only days that have some count as turns',
  }
}

type Turn = { turn: number; person: string; begins: Instant }

/** The turns from now on in which somebody is needed, whoever may be on leave; undefined: the rotation never begins one. */
function turnsOnDuty(roster: Roster, rotation: Rotation, zone: string, now: Instant): Turn[] | undefined {
  const first = Math.max(0, turnAt(rotation, now, zone))
  const most = rotation.people.length * CYCLES
  const found: Turn[] = []
  for (let turn = first; turn < first + most; turn++) {
    const begins = turnBegins(rotation, turn, zone)
    const ends = turnBegins(rotation, turn + 1, zone)
    if (!Number.isFinite(ends)) return turn === first ? undefined : found
    if (begins > now + MOST_MS) break
    const person = rotation.people[turn % rotation.people.length]
    if (person !== undefined && isNeeded([rotation.during, roster.cover], { from: begins, to: ends }, zone))
      found.push({ turn, person, begins })
  }
  return found
}

/** Whether an instant of this time lies within all of these hours; those left out are always. */
function isNeeded(weeks: readonly (Week | undefined)[], within: Interval, zone: string): boolean {
  return weeks
    .reduce(
      (times, week) => (week === undefined ? times : times.flatMap((one) => intervalsOf(hoursByWeek(week), one, zone))),
      [within],
    )
    .some(({ from, to }) => to > from)
}
