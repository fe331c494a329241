import { DAY } from '../../base/time.ts'
import { addDays, type Day } from '../../base/zone.ts'
import type { Rotation } from '../shape/roster.ts'
import { WEEKDAYS, type Week } from '../shape/week.ts'

const MINUTES = 24 * 60

/**
 * The days that count as turns of a rotation: those from whose `at` to the next there is an hour of `during`. A turn on a day without any would be nobody's,
 * and whoever came to it would be passed over for ever. Where a turn is whole weeks, each has the same days and the calendar decides.
 */
export type TurnDays = {
  /** How many counted days lie from `starts` up to `day`, that day not counted. */
  before: (day: Day) => number
  /** The counted day of this number, from 0; undefined: no day counts. */
  nth: (number: number) => Day | undefined
  /** Days of the week that count as no turn. */
  skipped: number
}

/** Undefined: every day counts. */
export function turnDaysOf(rotation: Rotation): TurnDays | undefined {
  const { during, every, starts } = rotation
  if (during === undefined || (every / DAY) % 7 === 0) return undefined
  const counts = WEEKDAYS.map((_, weekday) => hasHours(during, weekday, minuteOf(rotation.at)))
  const first = weekdayOf(starts)
  // From `starts` on, one week: whether each of its days counts.
  const pattern = WEEKDAYS.map((_, offset) => counts[(first + offset) % 7] === true)
  const inWeek = pattern.filter(Boolean).length
  return {
    skipped: 7 - inWeek,
    before: (day) => {
      const days = daysBetween(starts, day)
      const weeks = Math.floor(days / 7)
      return weeks * inWeek + pattern.slice(0, days - weeks * 7).filter(Boolean).length
    },
    nth: (number) => {
      if (inWeek === 0) return undefined
      const weeks = Math.floor(number / inWeek)
      const offsets = [...pattern.keys()].filter((offset) => pattern[offset])
      return addDays(starts, weeks * 7 + (offsets[number - weeks * inWeek] ?? 0))
    },
  }
}

/** Whether hours lie between `at` on this weekday and `at` on the next; those of the day before may reach past midnight. */
function hasHours(during: Week, weekday: number, at: number): boolean {
  return [-1, 0, 1].some((offset) =>
    (during[WEEKDAYS[(weekday + offset + 7) % 7] ?? 'mon'] ?? []).some((span) => {
      const from = minuteOf(span.from)
      const to = minuteOf(span.to)
      const begins = offset * MINUTES + from
      const ends = offset * MINUTES + (to <= from ? to + MINUTES : to)
      return begins < at + MINUTES && ends > at
    }),
  )
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function weekdayOf(day: Day): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
}

function daysBetween(from: Day, to: Day): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY
}
