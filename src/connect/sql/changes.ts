import type { Instant } from '../../base/time.ts'
import type { Mapping } from './mapping.ts'
import type { Plan } from './plan.ts'
import type { CurrentTo, Row, SqlSession, Values } from './session.ts'
import { changeStatement, sinceValues } from './since.ts'

/**
 * Rows that changed are looked for some way back (`overlap`), so most of those found were found before. What was seen of a patient in one look is
 * remembered: the newest time and how many rows.
 */
type Seen = { newest: string; rows: number; first: Instant; settled: boolean }
export type SeenChanges = Map<string, Seen>

/**
 * Times may be kept to the second, so a row can change twice under one time. A patient is read again until the look that finds nothing new
 * comes this long (by the source's clock) after the one that found it.
 */
const SETTLES_MS = 2000

export type Looking = { mapping: Mapping; plan: Plan; session: SqlSession; values: Values }

/** The patients of whom something changed since the last read, and what was seen, to be remembered with this read. */
export async function changedSince(
  { mapping, plan, session, values }: Looking,
  since: Instant,
  current: CurrentTo,
  before: SeenChanges,
): Promise<{ ids: Set<string>; seen: SeenChanges }> {
  const ids = new Set<string>()
  const seen: SeenChanges = new Map()
  const from = Math.round(since - mapping.overlap)
  const given = { ...values, ...sinceValues(from, Math.round(current.now), mapping.zone, session) }
  for (const [at, change] of plan.changes.entries()) {
    const limit = { rows: mapping.limits.patients * 10, what: `the look for ${change.what} (${mapping.file})` }
    const { columns, rows } = await session.ask(changeStatement(change, session), given, limit)
    for (const [id, found] of tallied(rows, columns.length)) {
      const key = `${at} ${id}`
      const known = before.get(key)
      const same = known !== undefined && found.newest === known.newest && found.rows <= known.rows
      if (!same || !known.settled) ids.add(id)
      const first = same ? known.first : current.now
      // Without a time there is nothing to tell one change from the next by.
      const settled = same && found.newest !== '' && (known.settled || current.now - first >= SETTLES_MS)
      seen.set(key, { ...found, first, settled })
    }
  }
  return { ids, seen }
}

function tallied(rows: Row[], columns: number): Map<string, { newest: string; rows: number }> {
  const found = new Map<string, { newest: string; rows: number }>()
  for (const [written, mark, count] of rows) {
    const id = written?.trim() ?? ''
    if (id === '') continue
    const before = found.get(id)
    const newest = columns > 1 ? (mark ?? '') : ''
    found.set(id, {
      newest: before !== undefined && before.newest > newest ? before.newest : newest,
      rows: (before?.rows ?? 0) + Number(count ?? 1),
    })
  }
  return found
}
