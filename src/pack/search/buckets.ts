/** Numbers by a key that several may share: two passes, two arrays, no objects. */
export type Buckets = { starts: Uint32Array; entries: Uint32Array }

/** `each` calls `put(key, entry)` for every pair, the same ones at both calls; keys are 0 to `keys` - 1. */
export function fillBuckets(keys: number, each: (put: (key: number, entry: number) => void) => void): Buckets {
  const starts = new Uint32Array(keys + 1)
  each((key) => {
    starts[key + 1] = (starts[key + 1] ?? 0) + 1
  })
  for (let key = 0; key < keys; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0)
  const entries = new Uint32Array(starts[keys] ?? 0)
  const next = starts.slice()
  each((key, entry) => {
    const place = next[key] ?? 0
    entries[place] = entry
    next[key] = place + 1
  })
  return { starts, entries }
}

export function inBucket(buckets: Buckets, key: number): Uint32Array {
  return buckets.entries.subarray(buckets.starts[key] ?? 0, buckets.starts[key + 1] ?? 0)
}
