import type { Instant } from '../base/time.ts'
import type { Limits } from './pack.ts'

/** What a person may conclude from how old something is. `unknown`: nobody said, which is never drawn like current. */
export type FreshnessState = 'current' | 'stale' | 'expired' | 'unknown'

export function freshnessOf(asOf: Instant | undefined, now: Instant, limits: Limits): FreshnessState {
  if (asOf === undefined) return 'unknown'
  const ageMs = now - asOf
  if (ageMs > limits.expiredAfterMs) return 'expired'
  return ageMs > limits.staleAfterMs ? 'stale' : 'current'
}
