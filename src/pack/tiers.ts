/**
 * How increments are kept few. A new increment takes in the increments before it for as long as they are not at least twice what has been gathered;
 * so each is at least twice the next, their number grows with the logarithm of the changes, and a chart is written again only that often.
 */
export function mergeFrom(sizes: readonly number[], adding: number): number {
  let gathered = adding
  let from = sizes.length
  while (from > 0 && (sizes[from - 1] ?? 0) < 2 * gathered) gathered += sizes[--from] ?? 0
  return from
}

/** Small panels are cheap to build anew, but not at every change. */
const FEWEST_CHANGES = 500

/** Increments slow every search a little and keep what was replaced on disk; past a quarter of the base a new base is due. */
export function isRebuildDue(base: number, increments: readonly number[]): boolean {
  return increments.reduce((sum, size) => sum + size, 0) > Math.max(FEWEST_CHANGES, base / 4)
}
