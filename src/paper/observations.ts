import { dayOf } from '../base/zone.ts'
import type { Observation } from '../chart/chart.ts'

const FLAGS = { low: ' L', high: ' H', 'critical-low': ' LL!', 'critical-high': ' HH!', abnormal: ' A' } as const

function shortDay(observation: Observation, zone: string): string {
  return observation.at === undefined ? 'no date' : dayOf(observation.at, zone).slice(2)
}

function valueOf(observation: Observation): string {
  const unit = observation.unit === undefined ? '' : ` ${observation.unit}`
  const status = observation.status === 'final' ? '' : ` (${observation.status})`
  return `${observation.value}${unit}${observation.flag === undefined ? '' : FLAGS[observation.flag]}${status}`
}

const newestFirst = (a: Observation, b: Observation): number => (b.at ?? 0) - (a.at ?? 0)

function byCode(observations: readonly Observation[]): Map<string, Observation[]> {
  const groups = Map.groupBy([...observations].sort(newestFirst), (one) => one.code.text)
  return groups
}

/** A header row and a row for each vital sign, with up to three readings, newest first. */
export function vitalRows(observations: readonly Observation[], zone: string): string[][] {
  const groups = [...byCode(observations)]
  const days = [...new Set([...observations].sort(newestFirst).map((one) => shortDay(one, zone)))].slice(0, 3)
  const rows = groups.map(([what, taken]) => [
    what,
    ...days.map((day) => {
      const reading = taken.find((one) => shortDay(one, zone) === day)
      return reading === undefined ? '' : valueOf(reading)
    }),
  ])
  return [['', ...days], ...rows]
}

const MOST_RESULTS = 14

/** A row for each test: its name, its last three values with their days, and the range. Tests with a critical or newest value stand first. */
export function resultRows(observations: readonly Observation[], zone: string): string[][] {
  const rows = [...byCode(observations)].map(([what, taken]) => {
    const [one = '', two = '', three = ''] = taken
      .slice(0, 3)
      .map((reading) => `${valueOf(reading)} · ${shortDay(reading, zone)}`)
    return [what, one, two, three, taken.find((reading) => reading.referenceRange !== undefined)?.referenceRange ?? '']
  })
  const shown = rows.slice(0, MOST_RESULTS)
  return rows.length > MOST_RESULTS
    ? [...shown, [`and ${rows.length - MOST_RESULTS} more tests: see the viewer`, '', '', '', '']]
    : shown
}
