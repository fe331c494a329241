import { DAY, type Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Figure, Proof } from './forecast.ts'

/** The newest tries speak; older ones were of another installation. */
const TRIES = 3
/** Where the plan does not say how often something is tested: a quarter. */
export const COUNTS_FOR_MS = 90 * DAY

const SECONDS_IN: Readonly<Record<string, number>> = { ms: 0.001, s: 1 }
const NOT_A_DURATION = /\b(age|old|lag|behind|skew|off)\b/i

/** How long it took, in ms: the longest of the times that were measured, so never less than it was. Undefined: it was not timed. */
export function tookMs({ measured }: Evidence): number | undefined {
  const times = measured.flatMap(({ what, value, unit }) => {
    const seconds = SECONDS_IN[unit]
    return seconds === undefined || typeof value !== 'number' || !(value >= 0) || NOT_A_DURATION.test(what)
      ? []
      : [value * seconds * 1000]
  })
  return times.length === 0 ? undefined : Math.max(...times)
}

/** The moment that a record speaks of: the earliest, where it names several. Undefined: it names none. */
export function momentIn({ measured }: Evidence): Instant | undefined {
  const moments = measured.flatMap(({ value, unit }) =>
    unit === 'instant' && typeof value === 'number' ? [value] : [],
  )
  return moments.length === 0 ? undefined : Math.min(...moments)
}

export function proofOf({ id, kind, at, because }: Evidence): Proof {
  return { id, kind, at, says: because }
}

export type Judged = { now: Instant; zone: string; countsForMs: number | undefined }

/**
 * A span out of the newest three tries: from the shortest to the longest. One of them that did not succeed, or was not timed, leaves no upper end; when
 * the newest did not succeed, nothing is known.
 */
export function figureOfTries(
  tries: readonly Evidence[],
  { now, zone, countsForMs = COUNTS_FOR_MS }: Judged,
  never: string,
): Figure {
  const newest = tries.toSorted((a, b) => b.at - a.at || worth(a) - worth(b)).slice(0, TRIES)
  const [last] = newest
  if (last === undefined) return { status: 'not-known', because: never }
  const day = dayOf(last.at, zone)
  if (last.outcome !== 'held')
    return {
      status: 'not-known',
      because: `the last try, on ${day}, ${last.outcome === 'failed' ? 'failed' : 'ended nobody knows how'}: ${last.because}`,
    }
  const took = newest.flatMap((one) => (one.outcome === 'held' ? (tookMs(one) ?? []) : []))
  if (took.length === 0) return { status: 'not-known', because: `it was done on ${day}, and nobody timed it` }
  const whole = took.length === newest.length
  return {
    status: 'measured',
    fromMs: Math.min(...took),
    toMs: whole ? Math.max(...took) : undefined,
    because: whole
      ? `${newest.length === 1 ? 'one try' : `the last ${newest.length} tries`}, the newest on ${day}`
      : `of the last ${newest.length} tries ${newest.length - took.length} did not succeed or was not timed; the newest was on ${day}`,
    proof: newest.map(proofOf),
    newestAt: last.at,
    old: now - last.at > countsForMs,
  }
}

/** Of two records of one moment the worse speaks first. */
function worth({ outcome }: Evidence): number {
  return outcome === 'held' ? 1 : 0
}
