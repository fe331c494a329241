import { conceptOf, quantityInWords, rangeInWords } from './concept.ts'
import { isObject, type Json, lenientNumberIn, lookUp, numberText, objectIn, textIn, textsIn } from './json.ts'
import { type Finder, PartReader } from './part-reader.ts'

const UNITS: { [code: string]: string } = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
}
const DAYS: { [code: string]: string } = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}
/** FHIR EventTiming; a code that is not among them stays as it is written. */
const WHEN: { [code: string]: string } = {
  MORN: 'in the morning',
  'MORN.early': 'early in the morning',
  'MORN.late': 'late in the morning',
  NOON: 'at noon',
  AFT: 'in the afternoon',
  'AFT.early': 'early in the afternoon',
  'AFT.late': 'late in the afternoon',
  EVE: 'in the evening',
  'EVE.early': 'early in the evening',
  'EVE.late': 'late in the evening',
  NIGHT: 'at night',
  PHS: 'after going to sleep',
  IMD: 'immediately',
  HS: 'at bedtime',
  WAKE: 'on waking',
  C: 'with meals',
  CM: 'with breakfast',
  CD: 'with lunch',
  CV: 'with dinner',
  AC: 'before meals',
  ACM: 'before breakfast',
  ACD: 'before lunch',
  ACV: 'before dinner',
  PC: 'after meals',
  PCM: 'after breakfast',
  PCD: 'after lunch',
  PCV: 'after dinner',
}
/** What the codes of Timing.code mean, to say both only where they differ: times, every, unit. */
const CODES: { [code: string]: string } = {
  BID: '2/1 d',
  TID: '3/1 d',
  QID: '4/1 d',
  QD: '1/1 d',
  QOD: '1/2 d',
  AM: '1/1 d',
  PM: '1/1 d',
  BED: '1/1 d',
  WK: '1/1 wk',
  MO: '1/1 mo',
  Q1H: '1/1 h',
  Q2H: '1/2 h',
  Q3H: '1/3 h',
  Q4H: '1/4 h',
  Q6H: '1/6 h',
  Q8H: '1/8 h',
}

/** A Timing in words: its code, then how often, on which days, at which times, and from when until when. `rest` is added where some was not read. */
export function timingInWords(timing: Json | undefined, rest: string): string | undefined {
  if (timing === undefined) return undefined
  const top = new PartReader(timing, isObject(timing.repeat) ? ['repeat'] : [])
  const code = top.all([
    { fields: ['code'], words: (holder) => conceptOf(objectIn(holder, 'code'))?.text },
    { fields: ['event'], words: eventsInWords },
  ])
  const repeat = objectIn(timing, 'repeat') ?? {}
  const inner = new PartReader(repeat, saysTheSame(timing, repeat) ? ['frequency', 'period', 'periodUnit'] : [])
  const words = [...code, ...inner.all(REPEAT)]
  const unread = top.hasUnread || inner.hasUnread
  if (words.length === 0) return undefined
  return unread ? `${words.join(', ')} ${rest}` : words.join(', ')
}

const OFTEN = ['frequency', 'frequencyMax', 'period', 'periodMax', 'periodUnit']
const REPEAT: Finder[] = [
  { fields: OFTEN, words: howOften },
  { fields: ['duration', 'durationMax', 'durationUnit'], words: howLong },
  { fields: ['dayOfWeek'], words: (repeat) => daysInWords(repeat) },
  { fields: ['timeOfDay'], words: timesInWords },
  { fields: ['when', 'offset'], words: whenInWords },
  { fields: ['boundsPeriod'], words: (repeat) => periodInWords(objectIn(repeat, 'boundsPeriod')) },
  { fields: ['boundsDuration'], words: (repeat) => lasting(quantityInWords(objectIn(repeat, 'boundsDuration'))) },
  { fields: ['boundsRange'], words: (repeat) => lasting(rangeInWords(objectIn(repeat, 'boundsRange'))) },
  { fields: ['count', 'countMax'], words: (repeat) => howMany(repeat) },
]

function saysTheSame(timing: Json, repeat: Json): boolean {
  const concept = conceptOf(objectIn(timing, 'code'))
  const meant = [...(concept?.codings ?? []).map(({ code }) => code), concept?.text ?? '']
    .map((code) => lookUp(CODES, code.toUpperCase()))
    .find((found) => found !== undefined)
  const { frequency = 1, period, periodUnit, frequencyMax, periodMax } = repeat
  if (frequencyMax !== undefined || periodMax !== undefined) return false
  return meant !== undefined && meant === `${numberText(frequency)}/${numberText(period)} ${String(periodUnit)}`
}

function eventsInWords(timing: Json): string | undefined {
  const events = textsIn(timing, 'event')
  return events.length === 0 ? undefined : `at ${events.map((event) => event.replace('T', ' ')).join(', ')}`
}

/** "twice a day", "1 to 2 times every 4 to 6 hours"; a frequency without a period, or the reverse of it, as far as it goes. */
function howOften(repeat: Json): string | undefined {
  const times = between(repeat, 'frequency', 'frequencyMax')
  const period = between(repeat, 'period', 'periodMax')
  const unit = lookUp(UNITS, textIn(repeat, 'periodUnit'))
  if (period === undefined && repeat.periodUnit === undefined && times !== undefined) return timesWord(times)
  if (period === undefined || unit === undefined || period === 'unread' || times === 'unread') return undefined
  const often = timesWord(times ?? '1')
  return period === '1' ? `${often} a ${unit}` : `${often} every ${period} ${unit}s`
}

function timesWord(times: string): string | undefined {
  if (times === 'unread') return undefined
  return times === '1' ? 'once' : times === '2' ? 'twice' : `${times} times`
}

function howLong(repeat: Json): string | undefined {
  const length = between(repeat, 'duration', 'durationMax')
  const unit = lookUp(UNITS, textIn(repeat, 'durationUnit'))
  if (length === undefined || length === 'unread' || unit === undefined) return undefined
  return `over ${length} ${unit}${length === '1' ? '' : 's'}`
}

function howMany(repeat: Json): string | undefined {
  const count = between(repeat, 'count', 'countMax')
  if (count === undefined || count === 'unread') return undefined
  return count === '1' ? '1 time only' : `${count} times in all`
}

/** A number, or "2 to 3" with the field that says at most. */
function between(repeat: Json, field: string, mostField: string): string | undefined {
  const [least, most] = [field, mostField].map((name) => {
    if (repeat[name] === undefined) return undefined
    const text = numberText(repeat[name]) ?? textIn(repeat, name)
    return lenientNumberIn(repeat, name) === undefined ? 'unread' : text
  })
  if (least === 'unread' || most === 'unread') return 'unread'
  if (most === undefined) return least
  return least === undefined ? `up to ${most}` : `${least} to ${most}`
}

function daysInWords(repeat: Json): string | undefined {
  const days = textsIn(repeat, 'dayOfWeek').map((day) => lookUp(DAYS, day.toLowerCase().slice(0, 3)))
  return days.length === 0 || days.some((day) => day === undefined) ? undefined : `on ${days.join(', ')}`
}

function timesInWords(repeat: Json): string | undefined {
  const times = textsIn(repeat, 'timeOfDay')
  if (times.length === 0 || !times.every((time) => /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(time))) return undefined
  return `at ${times.map((time) => time.replace(/^(\d{1,2}:\d{2}):00(\.0+)?$/, '$1')).join(', ')}`
}

function whenInWords(repeat: Json): string | undefined {
  const codes = textsIn(repeat, 'when')
  const when = codes.map((code) => lookUp(WHEN, code) ?? code).join(', ')
  const minutes = lenientNumberIn(repeat, 'offset')
  if (codes.length === 0 || (repeat.offset !== undefined && minutes === undefined)) return undefined
  if (minutes === undefined || minutes === 0) return when
  return minutes % 60 === 0 ? `${hours(minutes / 60)} ${when}` : `${minutes} minutes ${when}`
}

function hours(count: number): string {
  return count === 1 ? '1 hour' : `${count} hours`
}

function periodInWords(period: Json | undefined): string | undefined {
  const [start, end] = ['start', 'end'].map((bound) => textIn(period, bound)?.replace(/T00:00(:00)?(\D.*)?$/, ''))
  if (start === undefined) return end === undefined ? undefined : `until ${end}`
  return end === undefined ? `from ${start}` : `from ${start} until ${end}`
}

function lasting(length: string | undefined): string | undefined {
  return length === undefined ? undefined : `for ${length}`
}
