import type { PlanRule } from '../readiness.ts'
import type { MapNode } from '../shape/map.ts'

/** What needs itself can never be started again after everything was off. */
export const dependencyCycle: PlanRule = {
  name: 'dependency-cycle',
  serves: 'NIST SP 800-34: order of recovery',
  reads: ['map'],
  *judge(plan) {
    const nodes = plan.map.nodes
    for (const cycle of cyclesOf(nodes)) {
      const nth = nodes.findIndex(({ id }) => id === cycle[0])
      yield {
        part: 'map',
        path: ['nodes', nth, 'needs'],
        weight: 'error',
        says: `${[...cycle, cycle[0]].join(' needs ')}: none of them could be started first`,
        instead:
          'take the need out that does not hold when everything is off, or say with needsOneOf what can stand in for it',
      }
    }
  },
}

/** One cycle for each need that closes one, beginning with the node that is written first. A need that something else can meet closes none. */
function cyclesOf(nodes: readonly MapNode[]): string[][] {
  const needs = new Map(nodes.map((node) => [node.id, node.needs]))
  const done = new Set<string>()
  const found: string[][] = []
  for (const { id } of nodes) {
    // Without recursion: a map of thousands in one row is still a map.
    const path: { id: string; left: string[] }[] = []
    const on = new Set<string>()
    const enter = (next: string): void => {
      path.push({ id: next, left: [...(needs.get(next) ?? [])] })
      on.add(next)
    }
    if (!done.has(id)) enter(id)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.left.shift()
      if (next === undefined) {
        path.pop()
        on.delete(top.id)
        done.add(top.id)
      } else if (on.has(next)) found.push(path.slice(path.findIndex((one) => one.id === next)).map((one) => one.id))
      else if (!done.has(next)) enter(next)
    }
  }
  return found
}
