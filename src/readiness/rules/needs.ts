import type { Plan } from '../readiness.ts'

/** Every node without which a node does not work, near and far. What only one of a group gives is not among them. */
export function needsOf(plan: Plan, id: string): Set<string> {
  const needs = new Map(plan.map.nodes.map((node) => [node.id, node.needs]))
  const found = new Set<string>()
  const left = [...(needs.get(id) ?? [])]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (found.has(next)) continue
    found.add(next)
    left.push(...(needs.get(next) ?? []))
  }
  return found
}
