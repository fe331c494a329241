import { soundsOf } from './columns.ts'
import { firstNameFrom, type NameIndex } from './name-index.ts'
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

function addFragments(index: NameIndex, word: string, put: Put): void {
  const { joined, nameAt } = index
  let at = joined.indexOf(word, 1)
  while (at >= 0) {
    const name = nameHolding(nameAt, at)
    put(name, FRAGMENT)
    const next = nameAt[name + 1]
    if (next === undefined) return
    at = joined.indexOf(word, next)
  }
}

function nameHolding(nameAt: Uint32Array, position: number): number {
  let low = 0
  let high = nameAt.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((nameAt[middle] ?? 0) <= position) low = middle
    else high = middle - 1
  }
  return low
}

function addSounds(index: NameIndex, word: string, put: Put): void {
  const [primary, secondary] = soundsOf(word)
  if (primary === 0) return
  const { sounds } = index.columns
  for (let at = 0; at < sounds.length; at++) {
    const sound = sounds[at] ?? 0
    if (sound !== 0 && (sound === primary || sound === secondary)) put(at >>> 1, SOUND)
  }
}

/** Two slips only behind the same first letter: hardly anybody gets that wrong, and it keeps the search short. */
function addSlips(index: NameIndex, word: string, put: Put): void {
  const allowed = editsAllowed(word)
  if (allowed === 0) return
  const letters = lettersOf(word)
  const first = word.charCodeAt(0)
  const { names, nameAt, joined } = index
  for (let name = 0; name < names.length; name++) {
    const most = allowed === 2 && joined.charCodeAt(nameAt[name] ?? 0) !== first ? 1 : allowed
    if (!mayBeWithin(letters, index.letters[name] ?? 0, most)) continue
    const other = names[name] ?? ''
    if (Math.abs(other.length - word.length) > most) continue
    const edits = editsBetween(word, other, most)
    if (edits <= most) put(name, edits === 1 ? CLOSE : FAR)
  }
}
