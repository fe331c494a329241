import type { NameIndex } from './name-index.ts'
import type { NameMatch } from './name-match.ts'

/** A set of rows, one bit each. */
export type RowSet = Uint32Array

export function emptySet(rowCount: number): RowSet {
  return new Uint32Array((rowCount + 31) >>> 5)
}

/**
 * An empty set that is good until the next `startOver`: one search uses a dozen of them, and making them anew each time would have memory cleaned up in the
 * middle of somebody's typing.
 */
export function takeSet({ scratch, rowCount }: NameIndex): RowSet {
  const set = (scratch.sets[scratch.used] ??= emptySet(rowCount))
  scratch.used++
  return set.fill(0)
}

export function startOver({ scratch }: NameIndex): void {
  scratch.used = 0
}

export function put(set: RowSet, row: number): void {
  set[row >>> 5] = (set[row >>> 5] ?? 0) | (1 << (row & 31))
}

export function has(set: RowSet, row: number): boolean {
  return ((set[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0
}

export function keepOnly(set: RowSet, other: RowSet): void {
  for (let at = 0; at < set.length; at++) set[at] = (set[at] ?? 0) & (other[at] ?? 0)
}

export function takeOut(set: RowSet, other: RowSet): void {
  for (let at = 0; at < set.length; at++) set[at] = (set[at] ?? 0) & ~(other[at] ?? 0)
}

export function sizeOf(set: RowSet): number {
  let size = 0
  for (let bits of set) {
    bits -= (bits >>> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
    size += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return size
}

export function* rowsOf(set: RowSet): Iterable<number> {
  for (let at = 0; at < set.length; at++) {
    for (let bits = set[at] ?? 0; bits !== 0; bits &= bits - 1) yield at * 32 + (31 - Math.clz32(bits & -bits))
  }
}

/** The rows that hold a name of the match. */
export function rowsWithName(index: NameIndex, match: NameMatch): RowSet {
  const set = takeSet(index)
  addPostings(set, index, match.from, match.to)
  for (const name of match.others.keys()) addPostings(set, index, name, name + 1)
  return set
}

/** Names that stand in a row of the index have their postings in a row too: one loop for a whole range. */
export function addPostings(set: RowSet, index: NameIndex, from: number, to: number): void {
  const { starts, entries } = index.postings
  const end = starts[to] ?? 0
  for (let at = starts[from] ?? 0; at < end; at++) {
    const row = (entries[at] ?? 0) >>> 3
    set[row >>> 5] = (set[row >>> 5] ?? 0) | (1 << (row & 31))
  }
}
