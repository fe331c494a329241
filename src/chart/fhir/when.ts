import type { Instant } from '../../base/time.ts'
import { type Day, dayOf, instantAt } from '../../base/zone.ts'

/** Years of four digits from 1000 on, and only hours that a clock shows. */
const SHAPE =
  /^([1-9]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?(?:[Tt ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)([Zz]|[+-]\d{2}:?\d{2})?)?$/
/** A time that nobody meant: a day that was kept as an instant. */
const MIDNIGHT = /^00:00(?::00(?:\.0+)?)?$/

/**
 * The instant of a FHIR `instant` or `dateTime`. A time without an offset (FHIR forbids it, some servers send it) is read on the wall of
 * `zone`, and so is a whole day, from its first minute. A month or a year alone is no instant: undefined.
 */
export function instantOf(text: string | undefined, zone: string): Instant | undefined {
  const parts = text === undefined ? null : SHAPE.exec(text)
  if (parts === null || parts[3] === undefined || !isDay(`${parts[1]}-${parts[2]}-${parts[3]}`)) return undefined
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`
  const time = parts[4]
  if (time !== undefined && parts[5] !== undefined) return wholeOr(Date.parse(`${day}T${time}${offsetOf(parts[5])}`))
  return wholeOr(instantAt(day, (time ?? '00:00').slice(0, 8), zone))
}

/** `+0000` and `z` are not FHIR's, and are sent. */
function offsetOf(written: string): string {
  return /^z$/i.test(written) ? 'Z' : written.replace(/^(.\d{2}):?(\d{2})$/, '$1:$2')
}

/**
 * A date as people write it: the day on the wall of `zone` for an instant, and partial dates as they stand. Midnight is how a system without
 * partial dates writes a day, whatever its offset: it stays that day.
 */
export function dateOf(text: string | undefined, zone: string): string | undefined {
  const parts = text === undefined ? null : SHAPE.exec(text)
  if (text === undefined || parts === null) return undefined
  if (parts[3] === undefined) return parts[4] === undefined && validMonth(parts[2]) ? text : undefined
  if (parts[4] !== undefined && parts[5] !== undefined && !MIDNIGHT.test(parts[4])) {
    const at = instantOf(text, zone)
    return at === undefined ? undefined : dayOf(at, zone)
  }
  const day = text.slice(0, 10)
  return isDay(day) ? day : undefined
}

/** A date that is nobody's instant, such as a birth date: where a time or an offset was sent with it, it keeps its own day. */
export function ownDayOf(text: string | undefined): string | undefined {
  const compact = /^([12]\d{3})(\d{2})(\d{2})$/.exec(text ?? '')
  const written = compact === null ? text : `${compact[1]}-${compact[2]}-${compact[3]}`
  const parts = written === undefined ? null : SHAPE.exec(written)
  if (written === undefined || parts === null) return undefined
  if (parts[3] === undefined) return parts[4] === undefined && validMonth(parts[2]) ? written : undefined
  const day = written.slice(0, 10)
  return isDay(day) ? day : undefined
}

function isDay(text: string): text is Day {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (parts === null) return false
  const at = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])))
  return at.getUTCMonth() === Number(parts[2]) - 1 && at.getUTCDate() === Number(parts[3])
}

function validMonth(month: string | undefined): boolean {
  return month === undefined || (month >= '01' && month <= '12')
}

function wholeOr(at: number): Instant | undefined {
  return Number.isFinite(at) ? Math.round(at) : undefined
}
