import type { Plan } from '../readiness.ts'

/** Systems of which every node is lost: where a standby is left, the system is not. */
export function systemsAmong(plan: Plan, lost: ReadonlySet<string>): string[] {
  const kept = new Set(plan.map.nodes.filter(({ id }) => !lost.has(id)).map(({ system }) => system))
  const gone = plan.map.nodes
    .filter(({ id, system }) => lost.has(id) && !kept.has(system))
    .flatMap(({ system }) => system ?? [])
  return [...new Set(gone)]
}
