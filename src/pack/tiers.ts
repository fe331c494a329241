/** Small panels are cheap to merge and to build anew, but not at every change. */
const FEWEST_CHANGES = 500

/**
 * How increments are kept few. A new increment takes in the increments before it for as long as they are not at least twice what has been gathered, so their
 * number grows with the logarithm of the changes and a chart is written again only that often. An increment of a sixteenth of the base is left alone, so no
 * publication ever costs more than that: a quarter of the base later a new base takes them all in. Gives where in `sizes` (oldest first) merging begins.
 */
export function mergeFrom(sizes: readonly number[], adding: number, base: number): number {
  const most = Math.max(FEWEST_CHANGES, base / 16)
  let gathered = adding
  let from = sizes.length
  while (from > 0) {
    const size = sizes[from - 1] ?? 0
    if (size > most || size >= 2 * gathered) return from
    gathered += size
    from--
  }
  return from
}

/** Increments slow every search a little and keep what was replaced on disk; past a quarter of the base a new base is due. */
export function isRebuildDue(base: number, increments: readonly number[]): boolean {
  return increments.reduce((sum, size) => sum + size, 0) > Math.max(FEWEST_CHANGES, base / 4)
}
