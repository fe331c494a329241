import { lostWithout } from '../map/lost-without.ts'
import type { Plan } from '../readiness.ts'
import type { Scenario } from '../shape/scenarios.ts'

/**
 * Nodes that a scenario takes away when it happens at a site. A scenario of one site is written for one and stands for each: elsewhere it takes the
 * nodes of the same kinds.
 */
export function takenAt(plan: Plan, { scope, takesOut }: Scenario, site: string): string[] {
  if (scope !== 'one-site') return takesOut
  const nodes = plan.map.nodes.filter(({ id }) => takesOut.includes(id))
  if (nodes.length === 0 || nodes.some((node) => node.site === site)) return takesOut
  const kinds = new Set(nodes.map(({ kind }) => kind))
  const here = plan.map.nodes.filter((node) => node.site === site && kinds.has(node.kind)).map(({ id }) => id)
  return [...nodes.filter((node) => node.site === undefined).map(({ id }) => id), ...here]
}

export function lostAt(plan: Plan, scenario: Scenario, site: string): Set<string> {
  return lostWithout(plan, takenAt(plan, scenario, site))
}

/** Which sites a scenario is about: those that it names; the others feel it only where the map says so. */
export function concerns({ scope, sites }: Scenario, site: string): boolean {
  return scope === 'one-site' || sites.length === 0 || sites.includes(site)
}
