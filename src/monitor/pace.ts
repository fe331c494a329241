import { type Instant, MINUTE, SECOND } from '../base/time.ts'

/**
 * How the road from a source is watched so that a source which stands still is told of within two of its intervals: a stamp is written and looked
 * for every quarter of one, a stamp that is one and a half old is too old, and the watch looks every quarter. What is left is for the
 * message. A healthy road shows stamps of at most half an interval, so one that comes a whole interval late is no alarm yet.
 */
export function stampEveryMs(everyMs: number): number {
  return Math.max(SECOND, Math.min(15 * SECOND, everyMs / 4))
}

export function frozenAfterMs(everyMs: number): number {
  return 1.5 * everyMs
}

/** `shortestMs`: the interval of the source that is read most often. */
export function watchEveryMs(shortestMs: number): number {
  return Math.max(SECOND, Math.min(10 * SECOND, shortestMs / 4))
}

/**
 * When nobody looked for so long, what is old may be old only because nobody looked: no hub ran, or the machine slept. What counts against a
 * source or a site then begins anew.
 */
export const UNWATCHED_AFTER_MS = MINUTE

/**
 * A newer pack that is not taken is a cause only after so long: on a busy machine or a thin line a pack takes a while, and the next is out before
 * it is there. Where the data at the site is stale already, two pulls are enough.
 */
export function behindAfterMs(pullEveryMs: number): number {
  return Math.max(5 * MINUTE, 3 * pullEveryMs)
}

/** How long something has been so, as far as it was watched. */
export function watchedSpan(since: Instant, watchedSince: Instant | undefined, now: Instant): number {
  return now - Math.max(since, watchedSince ?? since)
}
