import type { Instant } from '../../base/time.ts'

/** A bucket for each key: `most` at once, refilled over `perMs`. In memory: each hub process counts for itself. */
export function rateLimit(most: number, perMs: number): (key: string, now: Instant) => { waitMs: number } {
  const buckets = new Map<string, { left: number; at: Instant }>()
  return (key, now) => {
    if (buckets.size > 10_000) for (const [old, bucket] of buckets) if (now - bucket.at > perMs) buckets.delete(old)
    const bucket = buckets.get(key) ?? { left: most, at: now }
    const left = Math.min(most, bucket.left + ((now - bucket.at) / perMs) * most)
    if (left < 1) {
      buckets.set(key, { left, at: now })
      return { waitMs: Math.ceil(((1 - left) * perMs) / most) }
    }
    buckets.set(key, { left: left - 1, at: now })
    return { waitMs: 0 }
  }
}
