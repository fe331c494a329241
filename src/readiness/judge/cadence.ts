import { DAY, HOUR } from '../../base/time.ts'

/**
 * How often something is to be shown, and how long one showing counts: a little longer than the cadence, so that what is done on the first Monday of each
 * month, or a bit later in the day than yesterday, does not lapse in between. What happens only with an event must still be shown once a year, in a drill.
 */
export const COUNTS_FOR = {
  daily: 26 * HOUR,
  weekly: 8 * DAY,
  monthly: 35 * DAY,
  quarterly: 100 * DAY,
  'half-yearly': 190 * DAY,
  yearly: 380 * DAY,
  'each time': 380 * DAY,
} as const
export type Cadence = keyof typeof COUNTS_FOR

/** Nothing counts for longer than this, whatever a plan promises. */
export const LONGEST = COUNTS_FOR.yearly

/** The plan's own promise with a little grace, or the cadence where it makes none. */
export function promised(everyMs: number | undefined, otherwise: Cadence, longest: number = LONGEST): number {
  return Math.min(everyMs === undefined ? COUNTS_FOR[otherwise] : (everyMs * 7) / 6, longest)
}
