import { inBucket } from './buckets.ts'
import { type NameIndex, YEARS, yearKey } from './name-index.ts'
import type { Term } from './query.ts'
import { put, type RowSet, takeSet } from './row-set.ts'

export type NumberReason =
  | 'MRN'
  | 'date of birth'
  | 'year of birth'
  | 'day and month swapped'
  | 'phone'
  | 'end of phone'
  | 'start of MRN'

/** One reading of a number, the rows that fit it, and how well it speaks for them (less is better). */
export type NumberReading = { why: NumberReason; cost: number; rows: RowSet }

type NumberTerm = Extract<Term, { type: 'number' }>

/** Every reading under which the term fits anybody, best first. */
export function readingsOf(index: NameIndex, term: NumberTerm): NumberReading[] {
  const readings: NumberReading[] = []
  const add = (why: NumberReason, cost: number, fill: (rows: RowSet) => boolean): void => {
    const rows = takeSet(index)
    if (fill(rows)) readings.push({ why, cost, rows })
  }
  const { mrn, phone } = term
  if (mrn !== undefined) add('MRN', 0, (rows) => fillMrn(index, mrn, true, rows))
  for (const { low, high, swapped } of term.dates) {
    add(
      swapped ? 'day and month swapped' : high - low > 1000 ? 'year of birth' : 'date of birth',
      swapped ? 3 : 1,
      (rows) => fillBirth(index, low, high, rows),
    )
  }
  if (phone !== undefined)
    add(phone.length < 7 ? 'end of phone' : 'phone', phone.length < 7 ? 2 : 1, (rows) => fillPhone(index, phone, rows))
  if (mrn !== undefined && mrn.length >= 3) add('start of MRN', 3, (rows) => fillMrn(index, mrn, false, rows))
  return readings.sort((a, b) => a.cost - b.cost)
}

function fillBirth(index: NameIndex, low: number, high: number, rows: RowSet): boolean {
  const { births } = index.columns
  let found = false
  for (let year = yearKey(low); year <= Math.min(yearKey(high), YEARS - 1); year++) {
    for (const row of inBucket(index.byYear, year)) {
      const birth = births[row] ?? 0
      if (birth < low || birth > high) continue
      put(rows, row)
      found = true
    }
  }
  return found
}

/** Seven digits and more are a whole number, with or without area and country code; four to six are how a number ends. */
function fillPhone(index: NameIndex, digits: string, rows: RowSet): boolean {
  const { phones } = index.columns
  const last = Number(digits.slice(-7))
  const area = digits.length >= 10 ? Number(digits.slice(-10, -7)) : undefined
  const modulus = digits.length < 7 ? 10 ** digits.length : 10_000_000
  let found = false
  for (const at of inBucket(index.byPhoneEnd, last % 10_000)) {
    if ((phones[at + 1] ?? 0) % modulus !== last || (area !== undefined && phones[at + 2] !== area)) continue
    put(rows, phones[at] ?? 0)
    found = true
  }
  return found
}

function fillMrn(index: NameIndex, mrn: string, whole: boolean, rows: RowSet): boolean {
  const { mrnRows } = index.columns
  const from = firstLine(index, mrn)
  const to = whole ? firstLine(index, `${mrn}\0`) : firstLine(index, `${mrn}\uffff`)
  for (let line = from; line < to; line++) put(rows, mrnRows[line] ?? 0)
  return to > from
}

/** The first line of record numbers that is not before `mrn`. */
function firstLine({ mrnAt, columns: { mrns } }: NameIndex, mrn: string): number {
  let low = 0
  let high = mrnAt.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = mrnAt[middle] ?? 0
    const end = mrnAt[middle + 1]
    if (mrns.slice(start, end === undefined ? mrns.length : end - 1) < mrn) low = middle + 1
    else high = middle
  }
  return low
}
