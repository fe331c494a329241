import type { Instant } from '../../base/time.ts'
import { MINUTE } from '../../base/time.ts'
import { dayOf, instantAt, isZone, timeOfDay } from '../../base/zone.ts'

const SHAPE = /^(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?(?:\.\d+)?)?([+-]\d{4})?$/

/** An HL7 time (`YYYYMMDDHHMM[SS[.S]][+/-ZZZZ]`) as an instant; one without an offset is on the wall of `zone`. Undefined when it is no time. */
export function instantOf(text: string, zone: string): Instant | undefined {
  const match = SHAPE.exec(text.trim())
  const day = match === null ? undefined : wholeDay(match)
  if (match === null || day === undefined) return undefined
  const [hour, minute, second] = [match[4] ?? '00', match[5] ?? '00', match[6] ?? '00']
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const time = `${hour}:${minute}:${second === '60' ? '59' : second}`
  const offset = match[7]
  if (offset === undefined) return instantAt(day, time, zone)
  const ahead = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * (offset.startsWith('-') ? -1 : 1)
  return Date.parse(`${day}T${time}Z`) - ahead * MINUTE
}

/** Every instant that an HL7 time can mean: two where clocks were set back and no offset says which, none where it is no time. */
export function instantsOf(text: string, zone: string): Instant[] {
  const first = instantOf(text, zone)
  if (first === undefined) return []
  if (SHAPE.exec(text.trim())?.[7] !== undefined) return [first]
  const again = SETBACKS_MS.map((ms) => first + ms).filter(
    (at) => dayOf(at, zone) === dayOf(first, zone) && timeOfDay(at, zone) === timeOfDay(first, zone),
  )
  return [first, ...again]
}

/** By how much clocks are set back: an hour, on Lord Howe Island half of one. */
const SETBACKS_MS = [30 * MINUTE, 60 * MINUTE]

/**
 * The zone of a message's times that carry no offset, by its MSH-7: its offset is theirs. One that is the offset of the sender's own zone says nothing
 * more: that zone knows other seasons too.
 */
export function zoneOfMessage(said: string, zone: string): string {
  const offset = SHAPE.exec(said.trim())?.[7]
  const at = instantOf(said, zone)
  if (offset === undefined || at === undefined) return zone
  const fixed = `${offset.slice(0, 3)}:${offset.slice(3)}`
  const isOwn = isZone(fixed) && dayOf(at, fixed) === dayOf(at, zone) && timeOfDay(at, fixed) === timeOfDay(at, zone)
  return isOwn || !isZone(fixed) ? zone : fixed
}

/** A day as ISO 8601 writes it, with or without a time. */
const ISO = /^(\d{4})-(\d\d)(?:-(\d\d)(?:T.*)?)?$/

/**
 * The day of an HL7 time as it stands on its own wall: `2026`, `2026-11` or `2026-11-22`; many senders write ISO days. Undefined when it is no day,
 * or one that can be read in two ways (03/01/1980).
 */
export function dayOfTime(text: string): string | undefined {
  const match = SHAPE.exec(text.trim()) ?? ISO.exec(text.trim())
  if (!match) return undefined
  const [, year = '', month, day] = match
  if (month === undefined) return year
  if (Number(month) < 1 || Number(month) > 12) return undefined
  return day === undefined ? `${year}-${month}` : wholeDay(match)
}

/** `YYYYMMDDHHMMSS+0000`, for what we write. */
export function timeText(at: Instant): string {
  return `${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`
}

function wholeDay([, year, month, day]: RegExpExecArray): string | undefined {
  if (month === undefined || day === undefined) return undefined
  const text = `${year}-${month}-${day}`
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : text
}
