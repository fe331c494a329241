import { inBucket } from './buckets.ts'
import { soundsOf } from './columns.ts'
import { firstNameFrom, gramKey, type NameIndex, soundKey } from './name-index.ts'
import { editsAllowed, editsBetween, lettersOf, mayBeWithin } from './spelling.ts'

/** How a typed word fits a word of a name; less is better. 0 does not stand for "exact" so that 0 can stand for "does not fit". */
export const EXACT = 1
export const PREFIX = 2
/** Sounds the same and is one slip away: Smyth for Smith. */
export const SOUND_AND_CLOSE = 3
export const CLOSE = 4
export const FRAGMENT = 5
export const SOUND = 6
/** Two slips away. */
export const FAR = 7

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'.split('')

/** Names that fit one typed word. `[from, to)` is the range of exact and prefix fits; `others` come from fragments, sound and slips of the finger. */
export type NameMatch = {
  word: string
  from: number
  to: number
  exact: number | undefined
  others: Map<number, number>
}

/** Only what begins as typed: two binary searches. */
export function matchBeginning(index: NameIndex, word: string): NameMatch {
  const from = firstNameFrom(index, word)
  const to = firstNameFrom(index, `${word}\uffff`)
  return { word, from, to, exact: index.names[from] === word ? from : undefined, others: new Map() }
}

/** Everything that may be meant: also inside a name, of the same sound, or with a slip of the finger. */
export function matchWidely(index: NameIndex, word: string): NameMatch {
  const match = matchBeginning(index, word)
  if (word.length < 3) return match
  const put = (name: number, grade: number): void => {
    if (name >= match.from && name < match.to) return
    const known = match.others.get(name)
    if (known === SOUND && grade === CLOSE) match.others.set(name, SOUND_AND_CLOSE)
    else if (known === undefined || grade < known) match.others.set(name, grade)
  }
  addSounds(index, word, put)
  addSlips(index, word, put)
  addFragments(index, word, put)
  return match
}

export function gradeOf(match: NameMatch, name: number): number {
  if (name >= match.from && name < match.to) return name === match.exact ? EXACT : PREFIX
  return match.others.get(name) ?? 0
}

type Put = (name: number, grade: number) => void

/** Names that hold the word, by its rarest three letters. */
function addFragments(index: NameIndex, word: string, put: Put): void {
  let rarest: Uint32Array | undefined
  for (let at = 0; at + 3 <= word.length; at++) {
    const names = inBucket(index.byGram, gramKey(word, at))
    if (rarest === undefined || names.length < rarest.length) rarest = names
  }
  for (const name of rarest ?? []) if ((index.names[name] ?? '').includes(word)) put(name, FRAGMENT)
}

function addSounds(index: NameIndex, word: string, put: Put): void {
  const wanted = soundsOf(word).filter((sound) => sound !== 0)
  const { sounds } = index.columns
  for (const sound of wanted) {
    for (const name of inBucket(index.bySound, soundKey(sound))) {
      if (sounds[name * 2] === sound || sounds[name * 2 + 1] === sound) put(name, SOUND)
    }
  }
}

/** Slips behind the same first letter are looked for among the names with that letter; one in the first letter itself is guessed. */
function addSlips(index: NameIndex, word: string, put: Put): void {
  const allowed = editsAllowed(word)
  if (allowed === 0) return
  const letters = lettersOf(word)
  const first = word.slice(0, 1)
  const to = firstNameFrom(index, `${first}\uffff`)
  for (let name = firstNameFrom(index, first); name < to; name++) {
    if (!mayBeWithin(letters, index.letters[name] ?? 0, allowed)) continue
    const edits = editsBetween(word, index.names[name] ?? '', allowed)
    if (edits <= allowed) put(name, edits === 1 ? CLOSE : FAR)
  }
  for (const guess of slipsInFirstLetter(word)) {
    const name = firstNameFrom(index, guess)
    if (index.names[name] === guess) put(name, CLOSE)
  }
}

function slipsInFirstLetter(word: string): string[] {
  const rest = word.slice(1)
  const swapped = word.slice(1, 2) + word.slice(0, 1) + word.slice(2)
  return [rest, swapped, ...ALPHABET.flatMap((letter) => [letter + rest, letter + word])]
}
