import { lostWithout } from '../map/lost-without.ts'
import type { Scenario } from '../shape/scenarios.ts'
import type { ForecastFacts } from './forecast.ts'

/**
 * What is known this minute to stand in the way of an answer: a standby to which it fails over and that is not proven, a machine that a step needs and that
 * does not answer. What the scenario takes away itself is no surprise and is not told here; what nobody asks is not known, and is not told either.
 */
export function inTheWayNow({ plan, standbys, down }: ForecastFacts, scenario: Scenario): string[] {
  const runbook = plan.runbooks.runbooks.find(({ id }) => id === scenario.runbook)
  if (runbook === undefined) return []
  const taken = lostWithout(plan, scenario.takesOut)
  const pairs = plan.protections.standbys.filter(
    ({ failover, standby }) => failover === runbook.id && !taken.has(standby),
  )
  const unproven = pairs.flatMap(({ id, name }) => {
    const has = standbys.get(id)
    return has === undefined || has.verdict === 'PROVEN' ? [] : [`${name} is ${has.verdict} now: ${bare(has.because)}`]
  })
  const needed = new Set([
    ...(runbook.steps ?? []).flatMap((step) => step.with),
    ...pairs.map(({ standby }) => standby),
  ])
  const away = [...down].flatMap(([cause, because]) => {
    const falls = lostWithout(plan, [cause])
    const hit = [...needed].filter((node) => falls.has(node) && !taken.has(node))
    return hit.length === 0 ? [] : [`${nameOf(plan, cause)} is down now: ${bare(because)}`]
  })
  return [...unproven, ...away]
}

function nameOf({ map }: ForecastFacts['plan'], node: string): string {
  return map.nodes.find(({ id }) => id === node)?.name ?? node
}

/** Whoever puts it into a sentence ends that. */
function bare(because: string): string {
  return because.replace(/\.$/, '')
}
