import { DAY, type Instant } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import type { Plan } from '../readiness.ts'
import type { Person } from '../shape/people.ts'
import type { Roster } from '../shape/roster.ts'
import { leaveOf } from './leave.ts'
import { momentAt, type OnCall, zoneOf } from './on-call.ts'
import { type DutyPeriod, dutyPeriods } from './periods.ts'
import type { Interval } from './week-spans.ts'

/** A turn as people say it: one person, or nobody, from when to when. `needed`: somebody is promised in all or part of it. */
export type Turn = Interval & { onCall: OnCall; needed: boolean; because: string | undefined }

/** One line of the drawing: a person, their turns and their leave. */
export type Lane = { person: Person | { id: string; name: undefined }; turns: Interval[]; leave: Interval[] }

export type RosterAhead = {
  roster: Roster
  zone: string
  /** Whole days on the wall of the roster, from today. */
  within: Interval
  now: Turn
  /** In order, the one that is on now first. */
  turns: Turn[]
  /** Nobody is there although somebody is promised. */
  gaps: Turn[]
  /** Everybody who has a turn in this time, and those on leave who would have had one. */
  lanes: Lane[]
}

export const DAYS_AHEAD = 30

/** Who is on call on each roster of the plan, from today for so many days. */
export function rostersAhead(plan: Plan, at: Instant, days = DAYS_AHEAD): RosterAhead[] {
  return plan.roster.rosters.map((roster) => {
    const zone = zoneOf(plan, roster)
    const today = dayOf(at, zone)
    const within = { from: instantAt(today, '00:00', zone), to: instantAt(addDays(today, days), '00:00', zone) }
    // The turn that is on now may have begun before today, and the last one may go on.
    const around = { from: within.from - 31 * DAY, to: within.to + 31 * DAY }
    const turns = turnsOf(zone, roster, dutyPeriods(plan, roster, around))
    const shown = turns.filter(({ from, to }) => from < within.to && to > at)
    const nobody: Turn = {
      from: at,
      to: within.to,
      onCall: { status: 'nobody', passedOver: [] },
      needed: true,
      because: undefined,
    }
    return {
      roster,
      zone,
      within,
      now: shown[0] ?? nobody,
      turns: shown,
      gaps: shown.filter(({ onCall, needed }) => onCall.status === 'nobody' && needed),
      lanes: lanesOf(plan, roster, turns, within),
    }
  })
}

/** Periods of the same person are one turn, whether somebody was promised or not; hours that need nobody are no gap. */
function turnsOf(zone: string, roster: Roster, periods: readonly DutyPeriod[]): Turn[] {
  const turns: Turn[] = []
  for (const { from, to, needed, onCall } of periods) {
    const last = turns.at(-1)
    if (last !== undefined && isSame(last, { onCall, needed })) {
      last.to = to
      last.needed ||= needed
    } else turns.push({ from, to, needed, onCall, because: reasonOf(zone, roster, onCall, from) })
  }
  return turns
}

function isSame(a: Pick<Turn, 'onCall' | 'needed'>, b: Pick<Turn, 'onCall' | 'needed'>): boolean {
  if (a.onCall.status === 'nobody' || b.onCall.status === 'nobody')
    return a.onCall.status === b.onCall.status && a.needed === b.needed
  const passed = (one: OnCall): string => one.passedOver.join(' ')
  return a.onCall.person === b.onCall.person && a.onCall.by === b.onCall.by && passed(a.onCall) === passed(b.onCall)
}

/** What was written at the exchange or shift that made this turn. */
function reasonOf(zone: string, roster: Roster, onCall: OnCall, from: Instant): string | undefined {
  if (onCall.status === 'nobody' || onCall.by === 'rotation') return undefined
  return roster[onCall.by === 'override' ? 'overrides' : 'shifts'].find(
    (one) => one.person === onCall.person && momentAt(one.from, zone) <= from && from < momentAt(one.to, zone),
  )?.because
}

function lanesOf(plan: Plan, roster: Roster, turns: readonly Turn[], within: Interval): Lane[] {
  const named = [
    ...roster.rotations.flatMap(({ people }) => people),
    ...[...roster.shifts, ...roster.overrides].map(({ person }) => person),
  ]
  return [...new Set(named)].flatMap((id): Lane[] => {
    const person = plan.people.people.find((one) => one.id === id)
    const own = turns.filter(({ onCall }) => onCall.status === 'on-call' && onCall.person === id)
    const missed = turns.filter(({ onCall }) => onCall.passedOver.includes(id))
    const leave = person === undefined ? [] : leaveOf(person, plan.practice.practice.zone)
    const lane: Lane = {
      person: person ?? { id, name: undefined },
      turns: clipped(own, within),
      leave: clipped(leave, within),
    }
    return lane.turns.length + lane.leave.length + clipped(missed, within).length === 0 ? [] : [lane]
  })
}

function clipped(intervals: readonly Interval[], { from, to }: Interval): Interval[] {
  return intervals
    .filter((one) => one.from < to && one.to > from && one.to > one.from)
    .map((one) => ({ from: Math.max(one.from, from), to: Math.min(one.to, to) }))
}
