import { type Buckets, fillBuckets } from './buckets.ts'
import type { SearchColumns } from './columns.ts'
import { lettersOf } from './spelling.ts'

/**
 * One panel file's index, open for searching: the columns as they came, and what is quick to derive from them. Large arrays and the distinct
 * words of names; nothing that grows as an object for each patient.
 */
export type NameIndex = {
  rowCount: number
  columns: SearchColumns
  names: string[]
  letters: Int32Array
  /** By name: row * 8 + what the name is there. Names in order have their postings in order. */
  postings: Buckets
  /** By `soundKey`: names that may sound so. */
  bySound: Buckets
  /** By `gramKey`: names that may hold these three letters. */
  byGram: Buckets
  /** By the year after FIRST_YEAR: rows. */
  byYear: Buckets
  /** By the last four digits: where the phone number stands in `columns.phones`. */
  byPhoneEnd: Buckets
  /** Where line i of `columns.mrns` starts. */
  mrnAt: Uint32Array
  /** Sets of rows that searches use again and again; see row-set.ts. */
  scratch: { sets: Uint32Array[]; used: number }
}

const FIRST_YEAR = 1800
export const YEARS = 400
const SOUND_KEYS = 1 << 16
const GRAM_KEYS = 1 << 15

export function openNameIndex(columns: SearchColumns): NameIndex {
  const names = columns.names === '' ? [] : columns.names.split('\n')
  const { nameStarts, nameEntries, births, phones, sounds } = columns
  return {
    rowCount: births.length,
    columns,
    names,
    letters: Int32Array.from(names, lettersOf),
    postings: fillBuckets(names.length, (put) => {
      for (let row = 0; row + 1 < nameStarts.length; row++) {
        for (let at = nameStarts[row] ?? 0; at < (nameStarts[row + 1] ?? 0); at++) {
          const entry = nameEntries[at] ?? 0
          put(entry >>> 3, row * 8 + (entry & 7))
        }
      }
    }),
    bySound: fillBuckets(SOUND_KEYS, (put) => {
      for (let at = 0; at < sounds.length; at++) {
        const sound = sounds[at] ?? 0
        if (sound !== 0) put(soundKey(sound), at >>> 1)
      }
    }),
    byGram: fillBuckets(GRAM_KEYS, (put) => {
      for (const [name, word] of names.entries()) {
        for (let at = 0; at + 3 <= word.length; at++) put(gramKey(word, at), name)
      }
    }),
    byYear: fillBuckets(YEARS, (put) => {
      for (let row = 0; row < births.length; row++) {
        const year = yearKey(births[row] ?? 0)
        if (year >= 0 && year < YEARS) put(year, row)
      }
    }),
    byPhoneEnd: fillBuckets(10_000, (put) => {
      for (let at = 0; at + 2 < phones.length; at += 3) put((phones[at + 1] ?? 0) % 10_000, at)
    }),
    mrnAt: lineStarts(columns.mrns, columns.mrnRows.length),
    scratch: { sets: [], used: 0 },
  }
}

export function soundKey(sound: number): number {
  return (sound ^ (sound >>> 16)) & (SOUND_KEYS - 1)
}

export function gramKey(word: string, at: number): number {
  const [a, b, c] = [word.charCodeAt(at), word.charCodeAt(at + 1), word.charCodeAt(at + 2)]
  return (a * 1024 + b * 32 + c) & (GRAM_KEYS - 1)
}

/** Of a birth as yyyymmdd. */
export function yearKey(birth: number): number {
  return Math.floor(birth / 10_000) - FIRST_YEAR
}

function lineStarts(text: string, count: number): Uint32Array {
  const starts = new Uint32Array(count)
  for (let line = 1, at = text.indexOf('\n'); at >= 0 && line < count; at = text.indexOf('\n', at + 1)) {
    starts[line++] = at + 1
  }
  return starts
}

/** The first name that is not before `word`. */
export function firstNameFrom(index: NameIndex, word: string): number {
  let low = 0
  let high = index.names.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((index.names[middle] ?? '') < word) low = middle + 1
    else high = middle
  }
  return low
}
