import { Failure } from '../base/failure.ts'
import { DAY, type Instant } from '../base/time.ts'
import { addDays, type Day, dayOf, instantAt } from '../base/zone.ts'
import { faultsOfKey } from './cause-key.ts'
import { HELD_BACK } from './causes.ts'
import type { Wiring } from './failing.ts'

/**
 * A time in which work on something is expected, so that nobody is called for it. Only notices are held back: probes, alarms and the pages go on,
 * and who was told of an alarm is told of its end. Times are what the wall clock of `zone` shows; every window ends by itself.
 */
export type MaintenanceWindow = {
  name: string
  /** Alarm keys (`site:west`, `source:ehr`, `standby:ehr`, `thing:switch-1`): what they take down is in it too. Empty: everything. */
  covers: readonly string[]
  zone: string
  when: Once | Weekly
}

type Once = { kind: 'once'; from: { day: Day; time: string }; to: { day: Day; time: string } }

/** On each of `days` (0 is Sunday), from one time to another; to the next day when that is not later. `lastDay`: none begins after it. */
type Weekly = { kind: 'weekly'; days: readonly number[]; from: string; to: string; lastDay: Day }

const LONGEST_ONCE_MS = 14 * DAY
const LONGEST_WEEKLY_DAYS = 366
const WEEK_MINUTES = 7 * 24 * 60

/** Permanent Failure, in words for who filled in the form, when a window would never be or never end. */
export function checkWindow({ when, zone, name }: MaintenanceWindow, now: Instant): void {
  if (name.trim() === '')
    throw new Failure('permanent', 'Say what is being worked on: the name is shown beside alarms.')
  if (when.kind === 'weekly') {
    if (when.days.length === 0) throw new Failure('permanent', 'Choose at least one day of the week.')
    const today = dayOf(now, zone)
    if (when.lastDay < today) throw new Failure('permanent', 'The last day of this window is over already.')
    if (when.lastDay > addDays(today, LONGEST_WEEKLY_DAYS))
      throw new Failure(
        'permanent',
        'A window every week ends within a year, so that somebody looks again. Choose an earlier last day.',
      )
    if (minutesOf(when) > WEEK_MINUTES / 2)
      throw new Failure(
        'permanent',
        'A window over more than half of each week hides what it should not. Make a shorter one.',
      )
    return
  }
  const { from, to } = spanOf(when, zone)
  if (to <= from) throw new Failure('permanent', 'The window ends before it begins. Correct one of its times.')
  if (to <= now) throw new Failure('permanent', 'This window is over already.')
  if (to - from > LONGEST_ONCE_MS)
    throw new Failure('permanent', 'A window of more than 14 days hides what it should not. Make a shorter one.')
}

/** Until when notices about `key` are held back, and why; undefined when they are not. `wiring`: what a covered thing takes down is covered. */
export function heldBack<Window extends MaintenanceWindow>(
  windows: readonly Window[],
  key: string,
  now: Instant,
  wiring?: Wiring,
): { window: Window; until: Instant } | undefined {
  const holding = windows.flatMap((window) => {
    const until = inForce(window, now)
    return until === undefined || !covers(window, key, wiring) ? [] : [{ window, until }]
  })
  return holding.toSorted((a, b) => b.until - a.until)[0]
}

/** Until when this window lasts, if it is in force. */
export function inForce({ when, zone }: MaintenanceWindow, now: Instant): Instant | undefined {
  const spans = when.kind === 'once' ? [spanOf(when, zone)] : weeklySpans(when, zone, now)
  return spans.find(({ from, to }) => from <= now && now < to)?.to
}

function covers(window: MaintenanceWindow, key: string, wiring: Wiring | undefined): boolean {
  if (window.covers.length === 0 || window.covers.includes(key)) return true
  // A standby is covered whatever its trouble: `standby:ehr` covers `standby:ehr:log`.
  if (window.covers.some((one) => key.startsWith(`${one}:`))) return true
  // So is what a source would take away while it is worked on.
  if (key.startsWith(HELD_BACK)) return covers(window, `source:${key.slice(HELD_BACK.length)}`, wiring)
  const failing = wiring?.failing(window.covers.flatMap(faultsOfKey).toSorted())
  return failing !== undefined && faultsOfKey(key).every((fault) => failing.has(fault))
}

/** Of each week, by the wall clock. */
function minutesOf({ days, from, to }: Weekly): number {
  const minute = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  const lasts = minute(to) - minute(from)
  return new Set(days).size * (lasts > 0 ? lasts : lasts + 24 * 60)
}

function spanOf({ from, to }: Once, zone: string): { from: Instant; to: Instant } {
  return { from: instantAt(from.day, from.time, zone), to: instantAt(to.day, to.time, zone) }
}

/** Those that can be in force now: begun today or yesterday. */
function weeklySpans(
  { days, from, to, lastDay }: Weekly,
  zone: string,
  now: Instant,
): { from: Instant; to: Instant }[] {
  const today = dayOf(now, zone)
  return [addDays(today, -1), today]
    .filter((day) => day <= lastDay && days.includes(new Date(`${day}T00:00:00Z`).getUTCDay()))
    .map((day) => ({
      from: instantAt(day, from, zone),
      to: instantAt(to > from ? day : addDays(day, 1), to, zone),
    }))
}
