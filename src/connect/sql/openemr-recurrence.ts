import { addDays, type Day } from '../../base/zone.ts'
import { type PhpValue, phpUnserialize } from './php-serialize.ts'
import type { ResultSet, Row } from './session.ts'
import { dayFrom, isDay } from './value.ts'

/**
 * OpenEMR keeps a recurring appointment as one row with a rule (`pc_recurrtype`, `pc_recurrspec`) and works out the days in its program; so do we,
 * to the same days. A mapping with `expand: openemr-recurrence` asks for the columns below; each day becomes a row with `id`, `starts` and `ends`.
 */
export const RECURRENCE_COLUMNS = {
  in: ['id', 'event_date', 'end_date', 'start_time', 'end_time', 'duration', 'recurrtype', 'recurrspec'],
  out: ['starts', 'ends'],
} as const

export type Expanded = { rows: ResultSet; faults: { row: Row; because: string }[] }

/** `from` and `to` are days, both included. */
export function expandRecurrence(rows: ResultSet, from: Day, to: Day): Expanded {
  const place = new Map(rows.columns.map((column, at) => [column, at]))
  const of = (row: Row, column: (typeof RECURRENCE_COLUMNS.in)[number]) => row[place.get(column) ?? -1] ?? ''
  const expanded: Row[] = []
  const faults: Expanded['faults'] = []
  for (const row of rows.rows) {
    const first = dayFrom(of(row, 'event_date'))
    const start = of(row, 'start_time')
    if (first === undefined || !/^\d\d:\d\d(:\d\d)?$/.test(start)) {
      faults.push({ row, because: 'its date or start time cannot be read' })
      continue
    }
    const kind = Number(of(row, 'recurrtype') || 0)
    const ruled =
      kind === 0 ? [first] : daysOf(kind, of(row, 'recurrspec'), first, latest(of(row, 'end_date'), to), from)
    if (ruled === undefined)
      faults.push({ row, because: 'it repeats by a rule that cannot be read; only its first day is shown' })
    for (const day of ruled ?? [first]) {
      if (day < from || day > to) continue
      const copy = [...row]
      const id = place.get('id')
      if (id !== undefined && kind !== 0) copy[id] = `${copy[id] ?? ''}@${day}`
      copy.push(`${day} ${start}`, endOf(day, start, of(row, 'end_time'), Number(of(row, 'duration'))))
      expanded.push(copy)
    }
  }
  return { rows: { columns: [...rows.columns, ...RECURRENCE_COLUMNS.out], rows: expanded }, faults }
}

function latest(end: string, to: Day): Day {
  const day = dayFrom(end)
  return day === undefined || day > to ? to : day
}

/** The end on the wall; past midnight only when the duration says so. */
function endOf(day: Day, start: string, end: string, seconds: number): string {
  if (/^\d\d:\d\d(:\d\d)?$/.test(end) && end > start) return `${day} ${end}`
  const at = Date.parse(`${day}T${start.length === 5 ? `${start}:00` : start}Z`) + (seconds > 0 ? seconds : 900) * 1000
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** Days of a rule in [from, last], without the excepted ones; undefined when the rule cannot be read. */
function daysOf(kind: number, spec: string, first: Day, last: Day, from: Day): Day[] | undefined {
  const rule = phpUnserialize(spec)
  if (!(rule instanceof Map)) return undefined
  const word = (name: string) => textOf(rule.get(name))
  const excepted = new Set(
    word('exdate')
      .split(',')
      .map((day) => day.trim()),
  )
  const days =
    kind === 2
      ? weekdaysOfMonth(
          first,
          from,
          last,
          number(word('event_repeat_on_freq')),
          number(word('event_repeat_on_num')),
          number(word('event_repeat_on_day')),
        )
      : kind === 1 || kind === 3
        ? steps(first, last, word('event_repeat_freq'), word('event_repeat_freq_type'))
        : undefined
  return days?.filter((day) => !excepted.has(day.replaceAll('-', '')))
}

/** Steps of one rule at the most: a daily appointment since 1990 takes fewer. */
const MOST_STEPS = 20_000

/** Every n-th day (0), week (1), month (2), year (3), working day (4), or on named days of each week (6; 1 is Sunday). */
function steps(first: Day, last: Day, frequency: string, type: string): Day[] | undefined {
  const weekdays = new Set(frequency.split(',').map((day) => number(day) - 1))
  const every = number(frequency)
  const days: Day[] = []
  let day = first
  for (let n = 0; day <= last && n < MOST_STEPS; n++) {
    days.push(day)
    const next = type === '6' ? nextOn(day, weekdays) : stepOf(day, every, type)
    if (next === undefined || next <= day) return undefined
    day = next
  }
  return days
}

function stepOf(day: Day, every: number, type: string): Day | undefined {
  if (!Number.isInteger(every) || every < 1 || every > 1000) return undefined
  switch (type) {
    case '0':
      return addDays(day, every)
    case '1':
      return addDays(day, 7 * every)
    case '2':
      return overflowing(day, every)
    case '3':
      return overflowing(day, 12 * every)
    case '4':
      return workingDays(day, every)
    default:
      return undefined
  }
}

/** The same date so many months later; OpenEMR lets the 31st run over into the next month and goes on from there. */
function overflowing(day: Day, months: number): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + months, date)).toISOString().slice(0, 10)
}

function workingDays(day: Day, count: number): Day {
  let next = day
  for (let n = 0; n < count; ) {
    next = addDays(next, 1)
    if (weekday(next) !== 0 && weekday(next) !== 6) n++
  }
  return next
}

function nextOn(day: Day, weekdays: Set<number>): Day | undefined {
  for (let ahead = 1; ahead <= 7; ahead++) {
    const next = addDays(day, ahead)
    if (weekdays.has(weekday(next))) return next
  }
  return undefined
}

/** The n-th such weekday (0 is Sunday) of every so many months; 5 means the last, and a fifth that is missing falls on the fourth. */
function weekdaysOfMonth(
  first: Day,
  from: Day,
  last: Day,
  every: number,
  nth: number,
  wanted: number,
): Day[] | undefined {
  const fits = [every, nth, wanted].every((part) => Number.isInteger(part))
  if (!fits || every < 1 || every > 1000 || nth < 1 || nth > 5 || wanted < 0 || wanted > 6) return undefined
  const days: Day[] = []
  let month = `${first.slice(0, 7)}-01`
  for (let n = 0; month <= last && n < MOST_STEPS; n++) {
    if (month.slice(0, 7) >= from.slice(0, 7)) {
      const start = addDays(month, (wanted - weekday(month) + 7) % 7)
      const day = [nth, 4]
        .map((count) => addDays(start, 7 * (count - 1)))
        .find((day) => day.startsWith(month.slice(0, 7)))
      if (day !== undefined && day >= from && day <= last) days.push(day)
    }
    month = overflowing(month, every)
  }
  return days
}

function weekday(day: Day): number {
  return isDay(day) ? new Date(`${day}T00:00:00Z`).getUTCDay() : -1
}

function textOf(value: PhpValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
