import { fold, foldNumber, wordsOf } from './fold.ts'

/**
 * One thing that a person typed. All terms must fit a patient; a term of digits fits in any of its readings.
 */
export type Term =
  | { type: 'name'; word: string }
  | { type: 'number'; text: string; dates: DateReading[]; phone: string | undefined; mrn: string | undefined }

/** `low` to `high` as yyyymmdd. `swapped`: read day first, which is the rarer way here. */
type DateReading = { low: number; high: number; swapped: boolean }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'

type Match = RegExpExecArray

/** Spellings of dates and phone numbers that hold blanks or marks; they are cut out before the rest is split into words. */
const SPELLINGS: [RegExp, (match: Match) => Term | undefined][] = [
  [/\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/, (m) => dates(m[0], [ymd(m[1], m[2], m[3])])],
  [
    new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?[\\s-]*${MONTH}[\\s,-]*(\\d{4})\\b`),
    (m) => dates(m[0], [ymd(m[3], monthOf(m[2]), m[1])]),
  ],
  [
    new RegExp(`\\b${MONTH}[\\s-]*(\\d{1,2})(?:st|nd|rd|th)?[\\s,-]+(\\d{4})\\b`),
    (m) => dates(m[0], [ymd(m[3], monthOf(m[1]), m[2])]),
  ],
  [/(?:\+?1[\s.-]*)?\(\d{3}\)[\s.-]*\d{3}[\s.-]*\d{4}\b/, (m) => phone(m[0])],
  [/(?<!\d)(?:\+?1[\s.-]+)?\d{3}[\s.-]+\d{3}[\s.-]+\d{4}\b/, (m) => phone(m[0])],
  [/\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b/, (m) => dates(m[0], bothWays(m[1], m[2], fullYear(m[3])))],
  [/\b(\d{4})-(\d{2})\b/, (m) => dates(m[0], [month(m[1], m[2])])],
  [/\b(\d{1,2})\/(\d{4})\b/, (m) => dates(m[0], [month(m[2], m[1])])],
  [/\b\d{3}[.-]\d{4}\b/, (m) => phone(m[0])],
]

/** At most eight terms of at most 200 characters are read: nobody types more, and a pasted page must not stop the desk. */
export function parseQuery(text: string): Term[] {
  let rest = fold(text.slice(0, 200))
  const terms: Term[] = []
  for (const [pattern, read] of SPELLINGS) {
    const match = pattern.exec(rest)
    const term = match === null ? undefined : read(match)
    if (match === null || term === undefined) continue
    terms.push(term)
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`
  }
  // A label says what follows; alone it may be a name.
  rest = rest.replaceAll(/\b(?:mrn|dob|born|tel|phone|ph|id)\b[\s:.#]*(?=$|\s*[\da-z-]*\d)/g, (label) =>
    /\d/.test(rest) || terms.length > 0 ? ' ' : label,
  )
  for (const piece of rest.split(/[\s,;:#]+/)) {
    if (piece === '') continue
    if (/\d/.test(piece)) terms.push(digits(piece))
    else terms.push(...wordsOf(piece).map((word): Term => ({ type: 'name', word })))
  }
  return terms.slice(0, 8)
}

/** What a piece with digits in it may be: a record number always, and by its length a date, a year, or the end of a phone number. */
function digits(piece: string): Term {
  const text = foldNumber(piece)
  const plain = /^\d+$/.test(text)
  const found: (DateReading | undefined)[] = []
  if (plain && text.length === 4 && /^(19|20)/.test(text))
    found.push({ low: Number(text) * 10_000, high: Number(text) * 10_000 + 1231, swapped: false })
  if (plain && text.length === 8) {
    found.push(
      ...bothWays(text.slice(0, 2), text.slice(2, 4), text.slice(4)),
      ymd(text.slice(0, 4), text.slice(4, 6), text.slice(6)),
    )
  }
  if (plain && text.length === 6) found.push(...bothWays(text.slice(0, 2), text.slice(2, 4), fullYear(text.slice(4))))
  return {
    type: 'number',
    text,
    dates: found.filter((date) => date !== undefined),
    phone: plain && text.length >= 4 && text.length <= 15 ? text : undefined,
    mrn: text,
  }
}

function dates(text: string, found: (DateReading | undefined)[]): Term | undefined {
  const valid = found.filter((date) => date !== undefined)
  return valid.length === 0
    ? undefined
    : { type: 'number', text, dates: valid, phone: undefined, mrn: foldNumber(text) }
}

function phone(text: string): Term {
  return { type: 'number', text, dates: [], phone: text.replaceAll(/\D/g, ''), mrn: foldNumber(text) }
}

type Digits = string | number | undefined

function ymd(year: Digits, monthNumber: Digits, day: Digits): DateReading | undefined {
  const [y, m, d] = [Number(year), Number(monthNumber), Number(day)]
  if (y < 1850 || y > 2199 || m < 1 || m > 12 || d < 1 || d > 31) return undefined
  const packed = y * 10_000 + m * 100 + d
  return { low: packed, high: packed, swapped: false }
}

function month(year: Digits, monthNumber: Digits): DateReading | undefined {
  const first = ymd(year, monthNumber, 1)
  return first === undefined ? undefined : { low: first.low - 1, high: first.low + 30, swapped: false }
}

/** 3/7/1980 is 7 March first; 3 July is offered behind it, since people mix them up. */
function bothWays(first: Digits, second: Digits, year: Digits): DateReading[] {
  const american = ymd(year, first, second)
  const other = ymd(year, second, first)
  return [
    ...(american === undefined ? [] : [american]),
    ...(other === undefined || other.low === american?.low ? [] : [{ ...other, swapped: american !== undefined }]),
  ]
}

function monthOf(word: string | undefined): number {
  return MONTHS.indexOf((word ?? '').slice(0, 3)) + 1
}

/** Two digits of a year mean a century in which a patient may be alive: 30 to 99 are 1930 to 1999. */
function fullYear(year: string | undefined): string {
  if (year === undefined || year.length === 4) return year ?? ''
  return Number(year) >= 30 ? `19${year}` : `20${year}`
}
