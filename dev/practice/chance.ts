/**
 * Chance that repeats itself: the same seed words give the same stream on every machine (integer arithmetic only). Each patient, day and
 * subject has a stream of its own, so any part of the practice can be made alone, in any order.
 */
export type Chance = {
  /** In [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both possible. */
  whole(low: number, high: number): number
  /** True in `share` of the cases. */
  happens(share: number): boolean
  pick<Value>(values: readonly Value[]): Value
  /** By weight: `[value, weight]`. */
  weighted<Value>(values: readonly (readonly [Value, number])[]): Value
  /** About normal (the sum of three), within `mean` ± 3 `spread`. */
  around(mean: number, spread: number): number
}

export function chanceOf(...seed: (number | string)[]): Chance {
  let state = 0x9e3779b9
  for (const word of seed) {
    if (typeof word === 'number') state = mixed(state ^ word)
    else for (let at = 0; at < word.length; at++) state = mixed(state ^ word.charCodeAt(at))
  }
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    return (mixed(state) >>> 0) / 4_294_967_296
  }
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    whole,
    happens: (share) => next() < share,
    pick: (values) => {
      const picked = values[whole(0, values.length - 1)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    weighted: (values) => {
      let left = next() * values.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of values) {
        left -= weight
        if (left < 0) return value
      }
      const last = values.at(-1)
      if (last === undefined) throw new RangeError('nothing to pick from')
      return last[0]
    },
    around: (mean, spread) => mean + (next() + next() + next() - 1.5) * 2 * spread,
  }
}

/** The finishing steps of MurmurHash3: every bit of the input moves about half of the output. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
