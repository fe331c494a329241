import type { Plan } from '../readiness.ts'

/**
 * What can no longer work when some nodes of the map are gone, those included: whatever needs one of them, near or far, and whatever has a group of
 * which one is enough and none is left.
 */
export function lostWithout(plan: Plan, gone: Iterable<string>): Set<string> {
  const lost = new Set(gone)
  for (let before = -1; before !== lost.size; ) {
    before = lost.size
    for (const { id, needs, needsOneOf } of plan.map.nodes)
      if (needs.some((need) => lost.has(need)) || needsOneOf.some((group) => group.every((one) => lost.has(one))))
        lost.add(id)
  }
  return lost
}
