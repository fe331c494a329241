import type { Plan } from '../readiness.ts'
import { lostWithout } from './lost-without.ts'

/** What falls with some nodes: `step` 1 needs one of them itself, 2 falls with those, and so on; `from` are the fallen ones that it needs. */
export type Fallen = { id: string; name: string; step: number; from: string[] }

/** In the order of their fall; the nodes that went first are not among them. */
export function fallSteps(plan: Plan, gone: readonly string[]): Fallen[] {
  const lost = lostWithout(plan, gone)
  const step = new Map(gone.map((id) => [id, 0]))
  const fallen = plan.map.nodes.filter(({ id }) => lost.has(id) && !step.has(id))
  const needsOf = ({ needs, needsOneOf }: (typeof fallen)[number]): string[] =>
    [...needs, ...needsOneOf.filter((group) => group.every((one) => lost.has(one))).flat()].filter((id) => lost.has(id))
  for (let nth = 1; step.size < gone.length + fallen.length && nth <= fallen.length; nth++) {
    const next = fallen.filter((node) => {
      if (step.has(node.id)) return false
      // All of a group must have fallen before what needs one of it does.
      const whole = node.needsOneOf.some((group) => group.every((one) => (step.get(one) ?? nth) < nth))
      return whole || node.needs.some((need) => (step.get(need) ?? nth) < nth)
    })
    for (const { id } of next) step.set(id, nth)
  }
  return fallen
    .map((node) => ({ id: node.id, name: node.name, step: step.get(node.id) ?? fallen.length, from: needsOf(node) }))
    .toSorted((a, b) => a.step - b.step)
}
