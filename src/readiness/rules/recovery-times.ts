import { spanAsWritten } from '../duty/said.ts'
import type { Finding, Plan, PlanRule } from '../readiness.ts'
import { needsOf } from './needs.ts'

/** A promise to be back must fit into what can be borne, and cannot be kept before what it needs is back. */
export const recoveryTimes: PlanRule = {
  name: 'recovery-times',
  serves: 'NIST SP 800-34: RTO within MTD; order of recovery',
  reads: ['systems', 'map'],
  *judge(plan) {
    for (const [nth, { name, rtoMs, mtdMs }] of plan.systems.systems.entries())
      if (rtoMs !== undefined && mtdMs !== undefined && rtoMs > mtdMs)
        yield {
          part: 'systems',
          path: ['systems', nth, 'rto'],
          weight: 'error',
          says: `${name} is to be back after ${spanAsWritten(rtoMs)}, and the practice cannot work after ${spanAsWritten(mtdMs)} without it`,
          instead: `an rto of ${spanAsWritten(mtdMs)} or less, or an mtd that is longer, if that is the truth`,
        }
    yield* tooEarly(plan)
  },
}

function* tooEarly(plan: Plan): Iterable<Finding> {
  const systems = new Map(plan.systems.systems.map((system) => [system.id, system]))
  const systemOf = new Map(plan.map.nodes.map((node) => [node.id, systems.get(node.system ?? '')]))
  for (const [nth, system] of plan.systems.systems.entries()) {
    const { rtoMs } = system
    if (rtoMs === undefined) continue
    const slower = new Set(
      plan.map.nodes
        .filter((node) => node.system === system.id)
        .flatMap((node) => [...needsOf(plan, node.id)])
        .flatMap((id) => systemOf.get(id) ?? [])
        .filter((needed) => needed.id !== system.id && needed.rtoMs !== undefined && needed.rtoMs > rtoMs),
    )
    for (const needed of slower)
      yield {
        part: 'systems',
        path: ['systems', nth, 'rto'],
        weight: 'error',
        says: `${system.name} is to be back after ${spanAsWritten(rtoMs)} and needs ${needed.name}, which is to be back after ${spanAsWritten(needed.rtoMs ?? 0)}`,
        instead: 'an rto that is no shorter than that of what it needs',
      }
  }
}
