/** A hub that publishes every fifteen seconds needs almost five years for so many. */
const MOST_AHEAD = 10_000_000

/**
 * Where the numbers go on after the hub came back from an older backup: past the highest that a site says it has, so that sites take what is
 * published. One lockbox in strange hands may say any number, and numbers never go back: what no hub can have published since is not believed.
 */
export function sequenceAfter(last: number, said: readonly (number | undefined)[]): number | undefined {
  const believed = said.filter((one) => one !== undefined && one > last && one - last <= MOST_AHEAD)
  return believed.length === 0 ? undefined : Math.max(...believed.map((one) => one ?? 0)) + 1
}
