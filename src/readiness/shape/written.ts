import { z } from 'zod'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { isZone } from '../../base/zone.ts'

/** How small things are written in a plan: ids, days, times, spans of time, telephone numbers. */
export const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id is small letters, digits and hyphens, such as harbor-main')
export const text = z.string().trim().min(1, 'must not be empty')

/** Lists may be left out; they are empty then. */
export const listOf = <Shape extends z.ZodType>(shape: Shape) => z.array(shape).default([])

/** Of our time: calendars end somewhere, and a year such as 0026 is a slip. */
const isDay = (written: string): boolean => {
  if (written < '1900' || written >= '2200') return false
  const at = Date.parse(`${written}T00:00:00Z`)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(written)
}
/** `2026-11-23`, a day on the wall of the practice. */
export const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'a day is written like 2026-11-23')
  .refine(isDay, 'there is no such day in the calendar from 1900 to 2199')

export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written like 07:30 or 18:00')

/** `2026-11-23 18:00`, on the wall of a zone that stands beside it. */
export const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d$/, 'a moment is written like 2026-11-23 18:00')
  .refine((written) => isDay(written.slice(0, 10)), 'there is no such day in the calendar from 1900 to 2199')

const UNITS: Record<string, number> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }
/** `15m`, `4h`, `3d`, `2w`: as milliseconds. */
export const span = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhdw]$/, 'a span of time is written like 15m, 4h, 3d or 2w')
  .transform((written) => Number.parseInt(written, 10) * (UNITS[written.slice(-1)] ?? 1))

export const phoneNumber = z
  .string()
  .refine((written) => written.replace(/\D/g, '').length >= 7, 'a telephone number has at least seven digits')
  .refine((written) => /^\+?[\d\s().x/-]+$/.test(written), 'a telephone number is digits, spaces, ( ) - + and x')

export const zone = z
  .string()
  .refine(
    (name) => (/^[A-Z][\w+-]*\//.test(name) || name === 'UTC') && isZone(name),
    'an IANA time zone, such as America/Chicago',
  )
