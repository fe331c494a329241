import { HOUR, type Instant, MINUTE } from '../base/time.ts'
import type { Sheet } from './paper.ts'

/** A sheet as it was last made. */
export type MadeSheet = { contentHash: string; asOf: Instant; madeAt: Instant }

/** What changed is printed anew, but not with every minute of a busy day. */
export const CHANGED_AFTER_MS = 10 * MINUTE
/** What did not change is printed anew when the age on it has become a lie of an hour. */
export const RESTATED_AFTER_MS = HOUR

/**
 * Whether a sheet must go to the press again. A sheet whose facts are the same still says DATA AS OF, so it is restated hourly as long as the
 * source goes on being read; when the source is dead nothing newer could be said and the old paper stands.
 */
export function isDue(
  sheet: Pick<Sheet, 'contentHash' | 'asOf'>,
  made: MadeSheet | undefined,
  now: Instant,
  changedAfterMs = CHANGED_AFTER_MS,
): boolean {
  if (made === undefined) return true
  if (made.contentHash !== sheet.contentHash) return now - made.madeAt >= changedAfterMs
  return sheet.asOf - made.asOf >= RESTATED_AFTER_MS
}
