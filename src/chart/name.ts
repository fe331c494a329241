import type { Patient, PersonName } from './chart.ts'

/** Letters that Unicode does not take apart into a letter and a mark, as people type them without the key. */
const LETTERS: { [letter: string]: string } = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
}

/**
 * Characters that turn the direction of the text after them (U+202A-202E, U+2066-2069): no name needs them, and one that is left open turns round the
 * rest of a line, the birth date too. Names in Arabic or Hebrew have their direction by their letters.
 */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g

export function withoutDirections(text: string): string {
  return text.replaceAll(DIRECTIONS, '')
}

/**
 * A name as people search for it: lower case, without accents, apostrophes and hyphens, one space between parts. `O'Brien-Núñez` and
 * `obrien nunez` fold to words that match; names in other scripts stay as they are.
 */
export function foldName(text: string): string {
  return withoutDirections(text)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłħı]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll(/['’‘`´ʼ.]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** `Rivera, Ana María (Anita)`: family name first, as schedules and filing cabinets have it. */
export function displayName(patient: Pick<Patient, 'name' | 'preferredName'>): string {
  const goesBy = withoutDirections(patient.preferredName ?? '')
  const preferred = goesBy === '' ? '' : ` (${goesBy})`
  return `${personName(patient.name)}${preferred}`
}

export function personName(name: PersonName): string {
  const family = withoutDirections(
    [name.family, name.suffix].filter((part) => part !== undefined && part !== '').join(' '),
  )
  const given = withoutDirections(name.given.join(' '))
  if (family === '' && given === '') return 'Name not received'
  return [family, given].filter((part) => part !== '').join(', ')
}

export function samePersonName(a: PersonName, b: PersonName): boolean {
  return foldName(a.family) === foldName(b.family) && foldName(a.given.join(' ')) === foldName(b.given.join(' '))
}

/** A name that a patient had stays findable: all but the name of today, each once, in one order. */
export function formerNames(now: PersonName, names: PersonName[]): PersonName[] {
  const others = names.filter((name) => name.family !== '' && !samePersonName(name, now))
  const sorted = others.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return sorted.filter((name, at) => sorted.findIndex((other) => samePersonName(name, other)) === at)
}
