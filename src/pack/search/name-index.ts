import type { SearchColumns } from './columns.ts'
import { lettersOf } from './spelling.ts'

/**
 * One panel file's index, open for searching: the columns as they came, and what is quick to derive from them. A few large arrays and the
 * distinct words of names; nothing that grows as an object for each patient.
 */
export type NameIndex = {
  rowCount: number
  columns: SearchColumns
  names: string[]
  /** All names with a line end before each, for finding fragments; name i starts at `nameAt[i]`. */
  joined: string
  nameAt: Uint32Array
  letters: Int32Array
  /** Where name i's postings start; each is row * 8 + what the name is there. */
  postingStarts: Uint32Array
  postings: Uint32Array
  /** Where line i of `columns.mrns` starts. */
  mrnAt: Uint32Array
}

export function openNameIndex(columns: SearchColumns): NameIndex {
  const names = columns.names === '' ? [] : columns.names.split('\n')
  const nameAt = new Uint32Array(names.length)
  const letters = new Int32Array(names.length)
  let at = 1
  for (let name = 0; name < names.length; name++) {
    const word = names[name] ?? ''
    nameAt[name] = at
    letters[name] = lettersOf(word)
    at += word.length + 1
  }
  return {
    rowCount: columns.births.length,
    columns,
    names,
    joined: `\n${columns.names}`,
    nameAt,
    letters,
    ...invert(columns, names.length),
    mrnAt: lineStarts(columns.mrns, columns.mrnRows.length),
  }
}

/** From "which names has a row" to "which rows have a name": two passes, no sorting. */
function invert(columns: SearchColumns, nameCount: number): Pick<NameIndex, 'postingStarts' | 'postings'> {
  const { nameStarts, nameEntries } = columns
  const postingStarts = new Uint32Array(nameCount + 1)
  for (const entry of nameEntries) {
    const next = (entry >>> 3) + 1
    if (next <= nameCount) postingStarts[next] = (postingStarts[next] ?? 0) + 1
  }
  for (let name = 0; name < nameCount; name++) {
    postingStarts[name + 1] = (postingStarts[name + 1] ?? 0) + (postingStarts[name] ?? 0)
  }
  const postings = new Uint32Array(nameEntries.length)
  const next = postingStarts.slice()
  for (let row = 0; row + 1 < nameStarts.length; row++) {
    for (let at = nameStarts[row] ?? 0; at < (nameStarts[row + 1] ?? 0); at++) {
      const entry = nameEntries[at] ?? 0
      const name = entry >>> 3
      const place = next[name] ?? 0
      postings[place] = row * 8 + (entry & 7)
      next[name] = place + 1
    }
  }
  return { postingStarts, postings }
}

function lineStarts(text: string, count: number): Uint32Array {
  const starts = new Uint32Array(count)
  for (let line = 1, at = text.indexOf('\n'); at >= 0 && line < count; at = text.indexOf('\n', at + 1))
    starts[line++] = at + 1
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
