import type { NameIndex } from './name-index.ts'
import type { Term } from './query.ts'
import { emptySet, put, type RowSet } from './row-set.ts'

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
    const rows = emptySet(index.rowCount)
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
  for (let row = 0; row < births.length; row++) {
    const birth = births[row] ?? 0
    if (birth < low || birth > high) continue
    put(rows, row)
    found = true
  }
  return found
}

/** Seven digits and more are a whole number, with or without area and country code; fewer are how a number ends. */
function fillPhone(index: NameIndex, digits: string, rows: RowSet): boolean {
  const { phones } = index.columns
  const last = Number(digits.slice(-7))
  const area = digits.length >= 10 ? Number(digits.slice(-10, -7)) : undefined
  const modulus = digits.length < 7 ? 10 ** digits.length : 10_000_000
  let found = false
  for (let at = 0; at + 2 < phones.length; at += 3) {
    if ((phones[at + 1] ?? 0) % modulus !== last) continue
    if (area !== undefined && phones[at + 2] !== area) continue
    put(rows, phones[at] ?? 0)
    found = true
  }
  return found
}

function fillMrn(index: NameIndex, mrn: string, whole: boolean, rows: RowSet): boolean {
  const { mrns, mrnRows } = index.columns
  const { mrnAt } = index
  let low = 0
  let high = mrnAt.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = mrnAt[middle] ?? 0
    if (lineFrom(mrns, start, mrn.length) < mrn) low = middle + 1
    else high = middle
  }
  let found = false
  for (let line = low; line < mrnAt.length; line++) {
    const start = mrnAt[line] ?? 0
    if (!mrns.startsWith(mrn, start)) break
    const end = start + mrn.length
    if (whole && end < mrns.length && mrns.charCodeAt(end) !== 10) break
    put(rows, mrnRows[line] ?? 0)
    found = true
  }
  return found
}

/** At most `most` characters of the line that starts there. */
function lineFrom(text: string, start: number, most: number): string {
  const piece = text.slice(start, start + most)
  const end = piece.indexOf('\n')
  return end < 0 ? piece : piece.slice(0, end)
}
