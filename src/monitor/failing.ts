import type { DependencyMap } from './map.ts'

/** A map made ready for asking it thousands of times: what fails with what, and what it takes to bring a thing down. */
export type Wiring = {
  /** Everything that does not work when these have failed; themselves included. Ids that the map does not know fail alone. */
  failing(failed: readonly string[]): ReadonlySet<string>
  /** Every smallest set of failures, of up to three, that brings this thing down: itself, what it needs, both of a pair of stand-ins. */
  cuts(id: string): readonly Cut[]
  /** Observers that never take their own blindness for somebody else's failure. */
  knowing: ReadonlySet<string>
}

/** Ids, in order. */
export type Cut = readonly string[]

const MOST_AT_ONCE = 3
const MOST_CUTS = 500

export function wiringOf(map: DependencyMap): Wiring {
  const groups = new Map(
    map.things.map(({ id, needs }) => [id, needs.map((need) => (typeof need === 'string' ? [need] : need.anyOf))]),
  )
  const neededBy = new Map<string, Set<string>>()
  for (const [id, all] of groups)
    for (const needed of all.flat()) neededBy.set(needed, (neededBy.get(needed) ?? new Set()).add(id))
  let cuts: Map<string, readonly Cut[]> | undefined
  const failed = new Map<string, ReadonlySet<string>>()

  const failing = (from: readonly string[]): ReadonlySet<string> => {
    const key = from.join('\n')
    const known = failed.get(key)
    if (known !== undefined) return known
    const down = new Set(from)
    const queue = [...from]
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      for (const dependent of neededBy.get(next) ?? []) {
        if (down.has(dependent)) continue
        if (!(groups.get(dependent) ?? []).some((group) => group.every((id) => down.has(id)))) continue
        down.add(dependent)
        queue.push(dependent)
      }
    if (failed.size > 20_000) failed.clear()
    failed.set(key, down)
    return down
  }

  const allCuts = (): Map<string, readonly Cut[]> => {
    const known = new Map<string, readonly Cut[]>(Array.from(groups.keys(), (id) => [id, [[id]]]))
    // Rings keep this from being one pass from the bottom up; each round only ever adds, so it ends.
    for (let grown = true; grown; ) {
      grown = false
      for (const [id, all] of groups) {
        const before = known.get(id) ?? []
        const after = smallest([
          [id],
          ...all.flatMap((group) => together(group.map((one) => known.get(one) ?? [[one]]))),
        ])
        if (after.length === before.length && after.every((cut, at) => cut.join() === before[at]?.join())) continue
        known.set(id, after)
        grown = true
      }
    }
    return known
  }
  const knowing = new Set(map.things.flatMap(({ id, knowsBlindness }) => (knowsBlindness === true ? [id] : [])))
  return { failing, knowing, cuts: (id) => (cuts ??= allCuts()).get(id) ?? [[id]] }
}

/** One failure out of each, all at once. */
function together(members: readonly (readonly Cut[])[]): readonly Cut[] {
  return members.reduce<readonly Cut[]>(
    (all, one) => all.flatMap((a) => one.map((b) => union(a, b))).filter((cut) => cut.length <= MOST_AT_ONCE),
    [[]],
  )
}

function union(a: Cut, b: Cut): Cut {
  return [...new Set([...a, ...b])].toSorted()
}

/** Without those that hold another one, few before many, in one order whatever order they came in. */
function smallest(cuts: readonly Cut[]): readonly Cut[] {
  const kept: Cut[] = []
  const seen = new Set<string>()
  const inOrder = cuts
    .map((cut) => ({ cut, key: cut.join('\n') }))
    .toSorted((a, b) => a.cut.length - b.cut.length || (a.key < b.key ? -1 : 1))
  for (const { cut, key } of inOrder) {
    if (seen.has(key) || kept.some((one) => one.every((id) => cut.includes(id)))) continue
    seen.add(key)
    kept.push(cut)
    if (kept.length === MOST_CUTS) break
  }
  return kept
}
