import type { Plan } from '../readiness.ts'
import { REMOVAL_KINDS, type Removal } from './without.ts'

/** Everything of the plan that can be taken out, people first. */
export function everyRemoval(plan: Plan): Removal[] {
  const named = (kind: Removal['kind'], things: readonly { id: string; name: string }[]): Removal[] =>
    things.map(({ id, name }) => ({ kind, id, name }))
  return REMOVAL_KINDS.flatMap((kind) => {
    if (kind === 'person') return named(kind, plan.people.people)
    if (kind === 'credential') return named(kind, plan.systems.credentials)
    if (kind === 'vendor') return named(kind, plan.vendors.vendors)
    return named(
      kind,
      plan.map.nodes.filter((node) => node.kind === kind),
    )
  })
}

/** A vendor runs these itself, each minute: without it they do not work. All else of a vendor goes on while nobody answers there. */
const RUN_BY_VENDOR = ['line', 'power', 'portal', 'interface']

/** Nodes of the map that are gone with what was taken out; what needs them is not among them. */
export function nodesGoneWith(plan: Plan, gone: readonly Pick<Removal, 'kind' | 'id'>[]): string[] {
  return gone.flatMap(({ kind, id }) => {
    if (kind === 'credential') return []
    if (kind === 'person')
      return plan.map.nodes.filter((node) => node.kind === 'person' && node.person === id).map((node) => node.id)
    if (kind === 'vendor')
      return plan.map.nodes
        .filter((node) => node.vendor === id && RUN_BY_VENDOR.includes(node.kind))
        .map((node) => node.id)
    return [id]
  })
}
