import { DAY, type Instant, MINUTE } from './time.ts'

/** A calendar day as people write it, `YYYY-MM-DD`, with no zone of its own. */
export type Day = string

const formats = new Map<string, Intl.DateTimeFormat>()

/** Formatters are slow to make (about 50 us) and are used for every row of a schedule: one per zone is kept. */
function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

/** Whether there is such a zone. Another spelling of one (Asia/Kathmandu) counts, which lists of zones leave out. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

type WallClock = { day: Day; hour: number; minute: number; second: number }

/** What calendar and clock on the wall of `zone` (an IANA name; RangeError if unknown) show at `at`. */
export function wallClock(at: Instant, zone: string): WallClock {
  const parts = Object.fromEntries(
    formatFor(zone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  )
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    hour: Number(parts.hour),
    minute: Number(parts.minute),
    second: Number(parts.second),
  }
}

export function dayOf(at: Instant, zone: string): Day {
  return wallClock(at, zone).day
}

/** `HH:MM`, 24 hours. */
export function timeOfDay(at: Instant, zone: string): string {
  const wall = wallClock(at, zone)
  return `${String(wall.hour).padStart(2, '0')}:${String(wall.minute).padStart(2, '0')}`
}

/**
 * The instant at which the wall of `zone` shows `day` and `time` (`HH:MM` or `HH:MM:SS`). A time that the change to summer time
 * skips becomes the same distance after midnight in standard time (as RFC 5545 reads it); one that happens twice is the first.
 */
export function instantAt(day: Day, time: string, zone: string): Instant {
  const wanted = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`)
  const before = wanted - offsetMs(wanted - DAY, zone)
  const after = wanted - offsetMs(wanted + DAY, zone)
  if (before === after) return before
  return [before, after].sort((a, b) => a - b).find((at) => at + offsetMs(at, zone) === wanted) ?? before
}

/** How far the wall of `zone` is ahead of UTC at `at`. */
function offsetMs(at: Instant, zone: string): number {
  const wall = wallClock(at, zone)
  const seen = Date.parse(`${wall.day}T00:00:00Z`) + (wall.hour * 60 + wall.minute) * MINUTE + wall.second * 1000
  return seen - Math.floor(at / 1000) * 1000
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** Whole years between a birth date and `on`; the age that a person has on that day. */
export function yearsBetween(born: Day, on: Day): number {
  const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4))
  return on.slice(5) < born.slice(5) ? years - 1 : years
}
