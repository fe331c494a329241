import { isUtf8 } from 'node:buffer'
import { DAY, type Instant } from '../../base/time.ts'
import { addDays, instantAt } from '../../base/zone.ts'

/**
 * From the words of a database to values, strictly: undefined means "cannot be understood", never a guess. Databases write missing dates in
 * several ways; `isMissing` knows them.
 */
export function isMissing(raw: string | null | undefined): raw is null | undefined {
  return raw === null || raw === undefined || raw.trim() === '' || raw.startsWith('0000-00-00')
}

/**
 * Columns of bytes come as `\\x4d75` where they are no text to their engine. Where the bytes are text in UTF-8 that is what they say; otherwise they
 * are nobody's words (false).
 */
export function textFromBytes(raw: string | null | undefined): string | null | undefined | false {
  if (raw === null || raw === undefined || !raw.startsWith('\\x') || !/^\\x(?:[0-9a-f]{2})*$/i.test(raw)) return raw
  return textOfBytes(Buffer.from(raw.slice(2), 'hex')) ?? false
}

/** Bytes as text in UTF-8, without the zeros that fill up a column of fixed length; undefined when they are no text. */
export function textOfBytes(bytes: Buffer): string | undefined {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  const whole = bytes.subarray(0, end)
  return isUtf8(whole) && !whole.includes(0) ? whole.toString('utf8') : undefined
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?))?)?$/

/** An instant as ISO 8601, PostgreSQL or MySQL write it; without an offset it is a wall-clock time in `zone`. A date alone is its midnight there. */
export function instantOf(text: string, zone: string): Instant | undefined {
  const found = ISO.exec(text.trim())
  if (found === null) return undefined
  const [, year, month, date, hour = '00', minute = '00', second = '00', fraction = '', offset] = found
  if (!isDate(Number(year), Number(month), Number(date))) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const millis = fraction === '' ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3))
  if (offset === undefined) return wallInstant(`${year}-${month}-${date}`, `${hour}:${minute}:${second}`, zone) + millis
  const utc = Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`)
  return utc + millis - offsetMs(offset)
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0
  if (offset.length === 3) return Number(offset) * 3_600_000
  const digits = offset.slice(1).replaceAll(':', '').padEnd(6, '0')
  const ms = (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6))) * 1000
  return offset.startsWith('-') ? -ms : ms
}

const offsets = new Map<string, number | undefined>()

/** As `instantAt`, which asks the calendar four times; days without a change of the clock are remembered. */
function wallInstant(day: string, time: string, zone: string): Instant {
  const key = `${zone} ${day}`
  if (!offsets.has(key)) {
    if (offsets.size > 20_000) offsets.clear()
    const start = instantAt(day, '00:00', zone)
    const steady = instantAt(addDays(day, 1), '00:00', zone) - start === DAY
    offsets.set(key, steady ? Date.parse(`${day}T00:00:00Z`) - start : undefined)
  }
  const offset = offsets.get(key)
  return offset === undefined ? instantAt(day, time, zone) : Date.parse(`${day}T${time}Z`) - offset
}

export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && isDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)))
  )
}

function isDate(year: number, month: number, date: number): boolean {
  if (month < 1 || month > 12 || date < 1) return false
  if (date <= 28) return true
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return date <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

/** A calendar day; a time of day behind it is left away. */
export function dayFrom(text: string): string | undefined {
  const day = /^(\d{4}-\d\d-\d\d)(?:[ T][\d:.+Z-]+)?$/.exec(text.trim())?.[1]
  return day !== undefined && isDay(day) ? day : undefined
}

/** `2019`, `2019-03` or `2019-03-07`; an unknown month or day written as 00 is left away. */
export function partialDateFrom(text: string): string | undefined {
  const trimmed = text.trim().replace(/^(\d{4}-\d\d-\d\d)[ T][\d:.+Z-]+$/, '$1')
  if (/^\d{4}(-00(-00)?)?$/.test(trimmed)) return trimmed.startsWith('0000') ? undefined : trimmed.slice(0, 4)
  const month = /^(\d{4}-\d\d)(-00)?$/.exec(trimmed)?.[1]
  if (month !== undefined) return isDay(`${month}-01`) ? month : undefined
  return dayFrom(trimmed)
}

const TOKENS: Record<string, string> = {
  YYYY: '(?<Y>\\d{4})',
  MM: '(?<M>\\d\\d?)',
  DD: '(?<D>\\d\\d?)',
  HH: '(?<h>\\d\\d?)',
  mm: '(?<m>\\d\\d)',
  ss: '(?<s>\\d\\d)',
}
const patterns = new Map<string, RegExp | undefined>()

/** The text in ISO 8601 (or as a day), or undefined when it is not written in `format`. */
export function isoFrom(text: string, format: string): string | undefined {
  if (format === 'unix' || format === 'unix-ms') {
    const count = /^-?\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) * (format === 'unix' ? 1000 : 1) : undefined
    return count === undefined || Math.abs(count) > 8.64e15 ? undefined : new Date(count).toISOString()
  }
  const parts = patternOf(format)?.exec(text.trim())?.groups
  if (parts === undefined) return undefined
  const two = (digits: string | undefined) => (digits ?? '0').padStart(2, '0')
  const day = `${parts.Y}${parts.M === undefined ? '' : `-${two(parts.M)}`}${parts.D === undefined ? '' : `-${two(parts.D)}`}`
  return parts.h === undefined ? day : `${day} ${two(parts.h)}:${two(parts.m)}:${two(parts.s)}`
}

/** undefined when the format says nothing or says a part twice. */
export function patternOf(format: string): RegExp | undefined {
  if (!patterns.has(format)) patterns.set(format, makePattern(format))
  return patterns.get(format)
}

function makePattern(format: string): RegExp | undefined {
  if (!format.includes('YYYY') || format.length > 40) return undefined
  const source = format.replace(/YYYY|MM|DD|HH|mm|ss|[^A-Za-z0-9]|[A-Za-z0-9]/g, (token) =>
    token in TOKENS
      ? (TOKENS[token] ?? '')
      : /[A-SU-Za-su-z0-9]/.test(token)
        ? '\\b\\B'
        : token.replace(/[^A-Za-z0-9 ]/, '\\$&'),
  )
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return undefined
  }
}

const YES = new Set(['t', 'true', '1', 'y', 'yes', 'on'])
const NO = new Set(['f', 'false', '0', 'n', 'no', 'off'])

export function yesNoFrom(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  return YES.has(word) ? true : NO.has(word) ? false : undefined
}

/** Money in cents; `whole` counts dollars ("12.50"). */
export function centsFrom(text: string, unit: 'cents' | 'whole'): number | undefined {
  const plain = text.trim().replace(/^\$/, '')
  if (!/^-?\d{1,12}(\.\d{1,4})?$/.test(plain)) return undefined
  const cents = Math.round(Number(plain) * (unit === 'cents' ? 1 : 100))
  return Number.isSafeInteger(cents) ? cents : undefined
}
