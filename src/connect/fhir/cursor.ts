import type { Instant } from '../../base/time.ts'
import { isObject, numberIn, objectIn, textsIn } from '../../chart/fhir/json.ts'
import type { Cursor } from '../ehr.ts'
import { lastUpdatedOf, stateKey } from './page.ts'

/** How far one question has got: everything changed before `since` is known; of what lies in the overlap, `seen` is known too. */
export type AskState = { since: Instant; seen: string[] }

/** Where our reading of a FHIR server stands. */
export type Standing = {
  /** When everything was read last; 0 asks for it again. */
  completeAt: Instant
  scheduleAt: Instant
  scheduleFrom: Instant
  scheduleTo: Instant
  scheduleCount: number
  deletionsAt: Instant
  /** When records that were deleted outright were last looked for in every type, by our clock. */
  lookedAt: Instant
  /** The lines of group visits, by the Appointment's id. */
  groups: { [appointmentId: string]: string[] }
  asks: { [key: string]: AskState }
}

/** A longer list of what was seen is not worth keeping: hearing something twice does no harm. */
const MOST_SEEN = 5000

export function standingIn(cursor: Cursor | null): Standing | undefined {
  if (cursor === null || cursor.version !== 1) return undefined
  const numbers = ['completeAt', 'scheduleAt', 'scheduleFrom', 'scheduleTo', 'scheduleCount', 'deletionsAt'] as const
  const [completeAt, scheduleAt, scheduleFrom, scheduleTo, scheduleCount, deletionsAt] = numbers.map((name) =>
    numberIn(cursor, name),
  )
  if (completeAt === undefined || scheduleAt === undefined || scheduleFrom === undefined) return undefined
  if (scheduleTo === undefined || scheduleCount === undefined || deletionsAt === undefined) return undefined
  const asks: Standing['asks'] = {}
  for (const [key, kept] of Object.entries(objectIn(cursor, 'asks') ?? {})) {
    const since = isObject(kept) ? numberIn(kept, 'since') : undefined
    if (since !== undefined) asks[key] = { since, seen: textsIn(kept, 'seen') }
  }
  const groups = Object.entries(objectIn(cursor, 'groups') ?? {}).map(([id, lines]) => [
    id,
    textsIn({ lines }, 'lines'),
  ])
  const lookedAt = numberIn(cursor, 'lookedAt') ?? completeAt
  return {
    completeAt,
    scheduleAt,
    scheduleFrom,
    scheduleTo,
    scheduleCount,
    deletionsAt,
    lookedAt,
    groups: Object.fromEntries(groups),
    asks,
  }
}

export function cursorOf(standing: Standing): Cursor {
  return { version: 1, ...standing }
}

/** Follows one question's answers and says at the end how far it got. */
export type Progress = { take(resources: unknown[]): void; state(): AskState }

/**
 * `begunAt`: the server's time when the question was first asked. Nothing later counts as known, since a page read early may have missed it,
 * and a stamp from the future must not hide what comes before it.
 */
export function progressFrom(before: AskState | undefined, begunAt: Instant, overlapMs: number): Progress {
  let newest = before?.since
  let seen = new Map<string, Instant>()
  const floor = (): Instant => Math.min(newest ?? begunAt, begunAt) - overlapMs
  return {
    take: (resources) => {
      for (const resource of resources) {
        const at = lastUpdatedOf(resource)
        const key = stateKey(resource)
        if (at === undefined || key === undefined) continue
        newest = Math.max(newest ?? at, at)
        if (at >= floor() && seen.size <= 2 * MOST_SEEN) seen.set(key, at)
      }
      if (seen.size > MOST_SEEN) seen = new Map([...seen].filter(([, at]) => at >= floor()))
    },
    state: () => {
      const since = Math.min(newest ?? begunAt, begunAt)
      const kept = [...seen].filter(([, at]) => at >= since - overlapMs).map(([key]) => key)
      return { since, seen: kept.length > MOST_SEEN ? [] : kept }
    },
  }
}
