import { FAMILY, FORMER, PREFERRED } from './columns.ts'
import type { NameIndex } from './name-index.ts'
import {
  CLOSE,
  EXACT,
  FAR,
  FRAGMENT,
  gradeOf,
  matchBeginning,
  matchWidely,
  type NameMatch,
  PREFIX,
  SOUND,
  SOUND_AND_CLOSE,
} from './name-match.ts'
import { type NumberReading, type NumberReason, readingsOf } from './number-match.ts'
import type { Term } from './query.ts'
import {
  addPostings,
  has,
  keepOnly,
  put,
  type RowSet,
  rowsOf,
  rowsWithName,
  sizeOf,
  startOver,
  takeOut,
  takeSet,
} from './row-set.ts'

type NameReason =
  | 'exact'
  | 'start of name'
  | 'preferred name'
  | 'former name'
  | 'part of name'
  | 'sounds like'
  | 'close spelling'
export type Reason = NameReason | NumberReason

/** A row that fits all terms. `cost`: less is better. `former`: the word of a former name that fitted, if one did. */
export type Hit = { row: number; cost: number; why: Reason; former: string | undefined }
export type Found = { hits: Hit[]; total: number }

/** More rows than this are not all looked at: nobody reads them, and the answer says how many there are. */
const MOST_RANKED = 800

const GRADES: Record<number, { cost: number; why: NameReason }> = {
  [EXACT]: { cost: 0, why: 'exact' },
  [PREFIX]: { cost: 10, why: 'start of name' },
  [SOUND_AND_CLOSE]: { cost: 25, why: 'sounds like' },
  [CLOSE]: { cost: 30, why: 'close spelling' },
  [FRAGMENT]: { cost: 35, why: 'part of name' },
  [SOUND]: { cost: 40, why: 'sounds like' },
  [FAR]: { cost: 50, why: 'close spelling' },
}

type Fitted = { type: 'name'; match: NameMatch } | { type: 'number'; readings: NumberReading[] }

/**
 * The best `limit` rows of one index, `dead` ones apart. Names that begin as typed come first; only where these are too few is the net cast wider (sound,
 * slips, fragments), so that a good answer is never slow.
 */
export function findIn(index: NameIndex, dead: RowSet, terms: readonly Term[], limit: number): Found {
  if (terms.length === 0 || index.rowCount === 0) return { hits: [], total: 0 }
  startOver(index)
  const numbers = terms.flatMap((term) =>
    term.type === 'number' ? [{ type: 'number' as const, readings: readingsOf(index, term) }] : [],
  )
  if (numbers.some((number) => number.readings.length === 0)) return { hits: [], total: 0 }
  const words = terms.flatMap((term) => (term.type === 'name' ? [term.word] : []))
  const narrow = fitting(
    index,
    dead,
    [...words.map((word) => ({ type: 'name' as const, match: matchBeginning(index, word) })), ...numbers],
    limit,
  )
  if (narrow.total >= limit || words.every((word) => word.length < 3)) return narrow
  return fitting(
    index,
    dead,
    [...words.map((word) => ({ type: 'name' as const, match: matchWidely(index, word) })), ...numbers],
    limit,
  )
}

function fitting(index: NameIndex, dead: RowSet, fitted: Fitted[], limit: number): Found {
  const rows = rowsOfAll(index, fitted)
  takeOut(rows, dead)
  const total = sizeOf(rows)
  const chosen = total > MOST_RANKED ? bestOfMany(index, rows, fitted, limit) : rowsOf(rows)
  const hits = Array.from(chosen, (row) => judge(index, row, fitted))
  return {
    hits: hits.sort((a, b) => a.cost - b.cost || familyOf(index, a.row) - familyOf(index, b.row)).slice(0, limit),
    total,
  }
}

function rowsOfAll(index: NameIndex, fitted: readonly Fitted[]): RowSet {
  let all: RowSet | undefined
  for (const term of fitted) {
    const rows = term.type === 'name' ? rowsWithName(index, term.match) : union(index, term.readings)
    if (all === undefined) all = rows
    else keepOnly(all, rows)
  }
  return all ?? takeSet(index)
}

function union(index: NameIndex, readings: readonly NumberReading[]): RowSet {
  const rows = takeSet(index)
  for (const reading of readings)
    for (let at = 0; at < rows.length; at++) rows[at] = (rows[at] ?? 0) | (reading.rows[at] ?? 0)
  return rows
}

/** Rows in which every word fits exactly, and then in the order of the names themselves. */
function bestOfMany(index: NameIndex, rows: RowSet, fitted: readonly Fitted[], limit: number): Iterable<number> {
  const exact = takeSet(index)
  exact.set(rows)
  const names = fitted.flatMap((term) => (term.type === 'name' ? [term.match] : []))
  for (const match of names) {
    const set = takeSet(index)
    if (match.exact !== undefined) addPostings(set, index, match.exact, match.exact + 1)
    keepOnly(exact, set)
  }
  const chosen = new Set<number>()
  if (names.length > 0) take(rowsOf(exact), chosen, MOST_RANKED)
  if (chosen.size < limit) take(inNameOrder(index, rows, names), chosen, limit)
  if (chosen.size < limit) take(rowsOf(rows), chosen, limit)
  return chosen
}

function take(rows: Iterable<number>, into: Set<number>, most: number): void {
  for (const row of rows) {
    if (into.size >= most) return
    into.add(row)
  }
}

function* inNameOrder(index: NameIndex, rows: RowSet, names: readonly NameMatch[]): Iterable<number> {
  const [first] = names.toSorted((a, b) => b.word.length - a.word.length)
  if (first === undefined) return
  const { starts, entries } = index.postings
  const seen = takeSet(index)
  for (const family of [true, false]) {
    for (let at = starts[first.from] ?? 0; at < (starts[first.to] ?? 0); at++) {
      const posting = entries[at] ?? 0
      const row = posting >>> 3
      if (((posting & 7) === FAMILY) !== family || !has(rows, row) || has(seen, row)) continue
      put(seen, row)
      yield row
    }
  }
}

/** Names are numbered in their order, so the first family name's number is the row's place in an alphabetical list. */
function familyOf(index: NameIndex, row: number): number {
  return index.columns.nameEntries[index.columns.nameStarts[row] ?? 0] ?? 0
}

function judge(index: NameIndex, row: number, fitted: readonly Fitted[]): Hit {
  const hit: Hit = { row, cost: 0, why: 'exact', former: undefined }
  let worst = -1
  for (const term of fitted) {
    const judged = term.type === 'name' ? judgeName(index, row, term.match) : judgeNumber(row, term.readings)
    hit.cost += judged.cost
    if (judged.former !== undefined) hit.former = judged.former
    if (judged.cost > worst) {
      worst = judged.cost
      hit.why = judged.why
    }
  }
  return hit
}

type Judged = { cost: number; why: Reason; former?: string }

function judgeName(index: NameIndex, row: number, match: NameMatch): Judged {
  const { nameStarts, nameEntries } = index.columns
  let best: Judged = { cost: 1000, why: 'part of name' }
  for (let at = nameStarts[row] ?? 0; at < (nameStarts[row + 1] ?? 0); at++) {
    const entry = nameEntries[at] ?? 0
    const grade = gradeOf(match, entry >>> 3)
    const known = GRADES[grade]
    if (known === undefined) continue
    const what = entry & 7
    const name = index.names[entry >>> 3] ?? ''
    const longer = grade === PREFIX ? Math.min(9, name.length - match.word.length) : 0
    const cost = known.cost + longer + (what === FAMILY ? 0 : what === FORMER ? 5 : 3)
    if (cost >= best.cost) continue
    const why =
      grade > PREFIX ? known.why : what === FORMER ? 'former name' : what === PREFERRED ? 'preferred name' : known.why
    best = what === FORMER ? { cost, why, former: name } : { cost, why }
  }
  return best
}

function judgeNumber(row: number, readings: readonly NumberReading[]): Judged {
  const reading = readings.find(({ rows }) => has(rows, row))
  return reading === undefined ? { cost: 1000, why: 'start of MRN' } : { cost: reading.cost, why: reading.why }
}
