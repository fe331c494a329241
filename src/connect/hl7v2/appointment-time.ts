import { HOUR, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import type { Segment } from './message.ts'
import { instantOf } from './when.ts'

/** Where the start of a visit stands, the field of the version first. */
const STARTS: [string, number, number][] = [
  ['TQ1', 7, 1],
  ['AIS', 4, 1],
  ['AIP', 6, 1],
  ['AIG', 8, 1],
  ['AIL', 6, 1],
  ['SCH', 11, 4],
]
const ENDS: [string, number, number][] = [
  ['TQ1', 8, 1],
  ['SCH', 11, 5],
]
/** Where its length stands: the amount, and the unit after it. */
const LENGTHS: [string, number][] = [
  ['AIS', 7],
  ['SCH', 9],
  ['AIP', 9],
]

/** `unreadable`: a start is given, and it is not a time. `isDayOnly`: it has no time of day. */
export type TimesSaid = { start?: Instant; end?: Instant; unreadable: boolean; isDayOnly: boolean }

const DAY_ONLY = /^\d{8}(?:[+-]\d{4})?$/

/** When a visit is, of these segments; what they do not say is left out. */
export function timesIn(segments: Segment[], zone: string): TimesSaid {
  const said = (places: [string, number, number][]): string[] =>
    places
      .map(([name, field, component]) => segments.find((one) => one.name === name)?.get(field, component) ?? '')
      .filter((text) => text !== '')
  const instantIn = (texts: string[]): Instant | undefined =>
    texts.map((text) => instantOf(text, zone)).find((at) => at !== undefined)
  const starts = said(STARTS)
  // A day alone is less than what another segment says with a time.
  const timed = starts.filter((text) => !DAY_ONLY.test(text.trim()))
  const start = instantIn(timed) ?? instantIn(starts)
  if (start === undefined) return { unreadable: starts.length > 0, isDayOnly: false }
  const told = instantIn(said(ENDS))
  const lengthMs = lengthIn(segments)
  const end = told !== undefined && told > start ? told : lengthMs === undefined ? undefined : start + lengthMs
  return { start, ...(end === undefined ? {} : { end }), unreadable: false, isDayOnly: instantIn(timed) === undefined }
}

function lengthIn(segments: Segment[]): number | undefined {
  for (const [name, field] of LENGTHS) {
    const segment = segments.find((one) => one.name === name)
    const amount = Number(segment?.get(field) || 0)
    if (amount > 0) return Math.min(amount * unitMs(segment?.get(field + 1) ?? ''), 24 * HOUR)
  }
  return undefined
}

function unitMs(unit: string): number {
  if (/^s/i.test(unit)) return SECOND
  return /^h/i.test(unit) ? HOUR : MINUTE
}
