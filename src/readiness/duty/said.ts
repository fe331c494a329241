import { DAY, HOUR, type Instant, MINUTE } from '../../base/time.ts'
import { dayOf, timeOfDay } from '../../base/zone.ts'

/** `Sun 2026-11-01 01:30`, on the wall of a zone. */
export function momentInWords(at: Instant, zone: string): string {
  const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' }).format(at)
  return `${weekday} ${dayOf(at, zone)} ${timeOfDay(at, zone)}`
}

/** `4h`, `3d`: as a plan writes it. */
export function spanAsWritten(ms: number): string {
  if (ms >= DAY && ms % DAY === 0) return `${ms / DAY}d`
  return ms % HOUR === 0 ? `${ms / HOUR}h` : `${Math.round(ms / MINUTE)}m`
}
