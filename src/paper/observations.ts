import { dayOf } from '../base/zone.ts'
import type { Observation } from '../chart/chart.ts'
import { unitWords } from '../chart/unit-words.ts'
import { fits, type Row, rowOf } from './fit.ts'

const FLAGS = { low: ' L', high: ' H', 'critical-low': ' LL!', 'critical-high': ' HH!', abnormal: ' A' } as const

/** A table as it is printed: the names of its columns, on at most `headerLines` lines where that is known, and its rows. */
export type PrintedTable = { header: string[]; headerLines: 1 | 2 | 3 | undefined; rows: Row[] }

const newestFirst = (a: Observation, b: Observation): number => (b.at ?? 0) - (a.at ?? 0)

function byCode(observations: readonly Observation[]): [string, Observation[]][] {
  return [...Map.groupBy([...observations].sort(newestFirst), (one) => one.code.text)]
}

const dayOn = (one: Observation, zone: string): string => (one.at === undefined ? 'no date' : dayOf(one.at, zone))

function unitOf({ unit }: Observation): string {
  return unit === undefined ? '' : unitWords(unit)
}

/** One unit for all readings stands with the name; several stand with each value. */
function commonUnit(taken: readonly Observation[]): string | undefined {
  const [unit, ...others] = new Set(taken.map(unitOf))
  return others.length === 0 ? unit : undefined
}

const MOST_IN_CELL = 60
const MOST_WRITTEN = 900
/** A value of several lines, or a long one: it stands below the row, over the page's whole width. */
const isText = ({ value }: Observation): boolean => value.includes('\n') || value.length > MOST_IN_CELL

/** What was written to these readings, lines as they came. */
function written(what: string, readings: readonly Observation[], zone: string): string[] {
  return readings.flatMap((one) => {
    const texts = [...(isText(one) ? [one.value] : []), ...(one.note === undefined ? [] : [`Note: ${one.note}`])]
    const text = texts.join('\n')
    const cut = text.length > MOST_WRITTEN ? `${text.slice(0, MOST_WRITTEN)} (cut; whole in the viewer)` : text
    return text === '' ? [] : [`${what}, ${dayOn(one, zone)}: ${cut}`]
  })
}

function withBelow(row: Row, below: string[]): Row {
  return below.length === 0 ? row : { ...row, below }
}

function valueOf(reading: Observation, common: string | undefined): string {
  const unit = common === undefined ? ` ${unitOf(reading)}` : ''
  const status = reading.status === 'final' ? '' : ` (${reading.status})`
  const value = isText(reading) ? 'see below' : reading.value
  return `${value}${unit}${reading.flag === undefined ? '' : FLAGS[reading.flag]}${status}`.trimEnd()
}

const named = (what: string, unit: string | undefined, between = ', '): string =>
  unit === undefined || unit === '' ? what : `${what}${between}${unit}`

const MOST_DAYS = 3
const MOST_VITALS = 8
/** What a page 182 mm wide (A4) leaves for the text of each cell. */
const VITAL_WIDTHS = (columns: number): number[] => Array.from({ length: columns + 1 }, () => 182 / (columns + 1) - 1.6)

/** A column for each vital sign, a row for each of the last three days, newest first. */
export function vitalTable(observations: readonly Observation[], zone: string): PrintedTable {
  const groups = byCode(observations)
  const shown = groups.slice(0, MOST_VITALS)
  const all = shown.flatMap(([, readings]) => readings).sort(newestFirst)
  const days = [...new Set(all.map((one) => dayOn(one, zone)))].slice(0, MOST_DAYS)
  const widths = VITAL_WIDTHS(shown.length)
  const rows = days.map((day) => {
    const taken = shown.map(([, readings]) => readings.find((one) => dayOn(one, zone) === day))
    const row = rowOf(
      [
        day,
        ...taken.map((reading, at) =>
          reading === undefined ? '' : valueOf(reading, commonUnit(shown[at]?.[1] ?? [])),
        ),
      ],
      widths,
    )
    return withBelow(
      row,
      taken.flatMap((reading) => (reading === undefined ? [] : written(reading.code.text, [reading], zone))),
    )
  })
  const more = groups.length - shown.length
  const header = [
    more === 0 ? 'Day' : `Day (${more} more in the viewer)`,
    ...shown.map(([what, readings]) => named(what, commonUnit(readings), '\n')),
  ]
  return { header, headerLines: linesOf(header, widths[0] ?? 0), rows }
}

/** Lines that names with a unit below them take in columns of one width; undefined when only the typesetter can tell. */
function linesOf(header: readonly string[], widthMm: number): 2 | 3 | undefined {
  const within = (lines: number): boolean =>
    header.every((name) => {
      const [what = '', unit = '', ...more] = name.split('\n')
      return more.length === 0 && fits(what, widthMm, lines) && fits(unit, widthMm)
    })
  return within(1) ? 2 : within(2) ? 3 : undefined
}

const MOST_RESULTS = 14
/** As wide as 1.5 : 1 : 1 : 1 of 182 mm, without the cells' own margins. */
const RESULT_WIDTHS = [59, 38.8, 38.8, 38.8]

/** A row for each test, newest first: its name with unit and range, and its last three values with their days. */
export function resultTable(observations: readonly Observation[], zone: string): PrintedTable {
  const groups = byCode(observations)
  const rows = groups.slice(0, MOST_RESULTS).map(([what, taken]) => {
    const unit = commonUnit(taken)
    const range = taken.find((reading) => reading.referenceRange !== undefined)?.referenceRange
    const [one = '', two = '', three = ''] = taken
      .slice(0, 3)
      .map((reading) => `${valueOf(reading, unit)} · ${dayOn(reading, zone)}`)
    const row = rowOf(
      [`${named(what, unit)}${range === undefined ? '' : ` (${range.replaceAll(' ', '\u00a0')})`}`, one, two, three],
      RESULT_WIDTHS,
    )
    return withBelow(row, written(what, taken.slice(0, 3), zone))
  })
  const more = groups.length - rows.length
  return {
    header: ['Test (usual range)', 'Latest', 'Before', 'Before that'],
    headerLines: 1,
    rows:
      more === 0 ? rows : [...rows, { cells: [`and ${more} more tests: see the viewer`, '', '', ''], short: false }],
  }
}

/** `Weight 12.4 kg on 2026-07-16`: a child's dose hangs on it, so it stands at the top; empty when there is none. */
export function lastWeight(observations: readonly Observation[], zone: string): string {
  const reading = [...observations].sort(newestFirst).find((one) => /^(body )?weight$/i.test(one.code.text))
  return reading === undefined
    ? 'NO WEIGHT RECEIVED'
    : `Weight ${valueOf(reading, undefined)} on ${dayOn(reading, zone)}`
}
