import type { Instant } from '../../base/time.ts'
import { addDays, type Day, dayOf, instantAt } from '../../base/zone.ts'
import { type DaySpan, WEEKDAYS, type Week } from '../shape/week.ts'

export type Interval = { from: Instant; to: Instant }

/** The hours of a calendar day by its weekday. */
export function hoursByWeek(week: Week): (day: Day) => readonly DaySpan[] {
  return (day) => week[WEEKDAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'mon'] ?? []
}

/**
 * When wall-clock hours really are, between two instants: in order, clipped to them, those that touch made one. On the night of a change to or
 * from summer time an hour on the wall is missing or there twice; the ends are held to the wall, so what touches on the wall touches here.
 */
export function intervalsOf(
  hoursOn: (day: Day) => readonly DaySpan[],
  { from, to }: Interval,
  zone: string,
): Interval[] {
  const found: Interval[] = []
  const last = dayOf(to, zone)
  // Yesterday's hours may reach past midnight.
  for (let day = addDays(dayOf(from, zone), -1); day <= last; day = addDays(day, 1)) {
    for (const span of hoursOn(day)) {
      const begins = Math.max(from, instantAt(day, span.from, zone))
      const ends = Math.min(to, endOf(day, span, zone))
      if (ends > begins) found.push({ from: begins, to: ends })
    }
  }
  return merged(found)
}

export function isWithin(hoursOn: (day: Day) => readonly DaySpan[], at: Instant, zone: string): boolean {
  return intervalsOf(hoursOn, { from: at, to: at + 1 }, zone).length > 0
}

function endOf(day: Day, { from, to }: DaySpan, zone: string): Instant {
  if (to === '24:00') return instantAt(addDays(day, 1), '00:00', zone)
  return instantAt(to <= from ? addDays(day, 1) : day, to, zone)
}

function merged(intervals: Interval[]): Interval[] {
  const all: Interval[] = []
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last !== undefined && next.from <= last.to) last.to = Math.max(last.to, next.to)
    else all.push({ ...next })
  }
  return all
}
