import { doubleMetaphone } from 'double-metaphone'
import { foldNumber, nameWords } from './fold.ts'

/** What of a patient can be searched for. */
export type Searchable = {
  mrn: string
  family: string
  given: string
  preferred: string
  former: string[]
  /** `YYYY-MM-DD`, or less. */
  birthDate: string
  phones: string[]
}

/** What a word is in a name; the last three bits of a name entry. */
export const FAMILY = 0
const GIVEN = 1
export const PREFERRED = 2
export const FORMER = 3

/**
 * The search index of one panel file, as columns of little-endian 32-bit numbers and two texts, so that opening it makes no objects. Row numbers count the
 * panel file's rows from 0; name numbers count the lines of `names` from 0.
 */
export type SearchColumns = {
  /** Distinct folded words of names, one a line, in the order of their UTF-16 units. */
  names: string
  /** Two a name: FNV-1a of the Double Metaphone codes (primary, secondary); 0 where there is none. */
  sounds: Uint32Array
  /** Where row i's entries start in `nameEntries`; one more than there are rows. */
  nameStarts: Uint32Array
  /** name number * 8 + what it is (family 0, given 1, preferred 2, former 3). */
  nameEntries: Uint32Array
  /** One a row: the birth date as the number yyyymmdd, zeros for what is not known. */
  births: Uint32Array
  /** Three a phone number: row, last seven digits, the three digits before. */
  phones: Uint32Array
  /** Folded medical record numbers, one a line, in order. */
  mrns: string
  /** The row of each line of `mrns`. */
  mrnRows: Uint32Array
}

export type ColumnsBuilder = { add(patient: Searchable): void; finish(): SearchColumns }

/** Rows are added in the order of their numbers. */
export function buildColumns(): ColumnsBuilder {
  const numbers = new Map<string, number>()
  const starts: number[] = [0]
  const entries: number[] = []
  const births: number[] = []
  const phones: number[] = []
  const mrns: [string, number][] = []

  return {
    add(patient) {
      const row = births.length
      const put = (text: string, kind: number): void => {
        for (const word of text === '' ? [] : nameWords(text)) {
          let number = numbers.get(word)
          if (number === undefined) numbers.set(word, (number = numbers.size))
          entries.push(number * 8 + kind)
        }
      }
      put(patient.family, FAMILY)
      put(patient.given, GIVEN)
      put(patient.preferred, PREFERRED)
      for (const name of patient.former) put(name, FORMER)
      starts.push(entries.length)
      births.push(birthNumber(patient.birthDate))
      for (const phone of patient.phones) {
        const digits = phone.replaceAll(/\D/g, '')
        if (digits.length >= 4) phones.push(row, Number(digits.slice(-7)), Number(digits.slice(-10, -7)))
      }
      const mrn = foldNumber(patient.mrn)
      if (mrn !== '') mrns.push([mrn, row])
    },
    finish() {
      const words = [...numbers.keys()].sort()
      const place = new Uint32Array(words.length)
      for (const [sorted, word] of words.entries()) place[numbers.get(word) ?? 0] = sorted
      mrns.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      return {
        names: words.join('\n'),
        sounds: Uint32Array.from(words.flatMap(soundsOf)),
        nameStarts: Uint32Array.from(starts),
        nameEntries: Uint32Array.from(entries, (entry) => (place[entry >>> 3] ?? 0) * 8 + (entry & 7)),
        births: Uint32Array.from(births),
        phones: Uint32Array.from(phones),
        mrns: mrns.map(([mrn]) => mrn).join('\n'),
        mrnRows: Uint32Array.from(mrns, ([, row]) => row),
      }
    },
  }
}

/** `1980-03-07` -> 19800307, `1980-03` -> 19800300, anything else -> 0. */
function birthNumber(birthDate: string): number {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(birthDate)
  return match === null ? 0 : Number(match[1]) * 10_000 + Number(match[2] ?? 0) * 100 + Number(match[3] ?? 0)
}

/** The two sounds of a folded word, as numbers; 0 for none. */
export function soundsOf(word: string): [number, number] {
  const [primary, secondary] = doubleMetaphone(word)
  return [primary === '' ? 0 : fnv1a(primary), secondary === primary || secondary === '' ? 0 : fnv1a(secondary)]
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
