import type { Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import { type Json, objectIn, textIn } from './json.ts'
import { dateOf, instantOf } from './when.ts'

/** When something is judged, and by whose days. */
export type Now = { asOf: Instant; zone: string }

/**
 * Whether a Period lies before, around or after now. Open ends are written as 2100 or 9999 by many EHRs, so an end that is still to come ends
 * nothing; a day, month or year counts to its last minute. A bound that cannot be read bounds nothing.
 */
export function periodOf(holder: Json | undefined, now: Now): 'past' | 'current' | 'future' {
  const period = objectIn(holder, 'period')
  if (isBefore(textIn(period, 'end'), now)) return 'past'
  return isAfter(textIn(period, 'start'), now) ? 'future' : 'current'
}

function isBefore(text: string | undefined, now: Now): boolean {
  const timed = timeIn(text, now)
  if (timed !== undefined) return timed < now.asOf
  const day = dateOf(text, now.zone)
  return day !== undefined && day < today(now).slice(0, day.length)
}

function isAfter(text: string | undefined, now: Now): boolean {
  const timed = timeIn(text, now)
  if (timed !== undefined) return timed > now.asOf
  const day = dateOf(text, now.zone)
  return day !== undefined && day > today(now).slice(0, day.length)
}

/** The instant, of a text that has a time of day other than midnight. */
function timeIn(text: string | undefined, { zone }: Now): Instant | undefined {
  return text === undefined || !/[T ]/i.test(text) || /[T ]00:00(:00)?(\D|$)/i.test(text)
    ? undefined
    : instantOf(text, zone)
}

function today({ asOf, zone }: Now): string {
  return dayOf(asOf, zone)
}
