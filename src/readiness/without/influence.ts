import type { Plan } from '../readiness.ts'
import { whoCanUse } from './obstacles.ts'
import { namedFor } from './rehearsal.ts'
import { nodesGoneWith } from './removals.ts'
import type { Removal } from './without.ts'

/**
 * What could be concerned when something is taken out: runbooks, sites, systems and rosters, as `runbook:failover`. Too much rather than too little:
 * two things that share nothing here cost together no more than each alone.
 */
export function influenceOf(plan: Plan): (removal: Removal) => ReadonlySet<string> {
  const above = nodesAbove(plan)
  const { runbooks } = plan.runbooks
  const steps = runbooks.flatMap(({ id, steps: all = [] }) => all.map((step) => ({ unit: `runbook:${id}`, step })))
  const ofNodes = (nodes: readonly string[]): string[] => {
    const reached = new Set(nodes.flatMap((id) => [...(above.get(id) ?? [])]))
    return [
      ...steps.filter(({ step }) => step.with.some((id) => reached.has(id))).map(({ unit }) => unit),
      ...plan.sites.sites
        .filter(({ ehr, lockbox }) => [ehr, lockbox?.node].some((id) => id !== undefined && reached.has(id)))
        .map(({ id }) => `site:${id}`),
      ...plan.map.nodes.flatMap(({ id, system }) =>
        reached.has(id) && system !== undefined ? [`system:${system}`] : [],
      ),
      ...plan.map.nodes.flatMap(({ id, person }) => (reached.has(id) && person !== undefined ? ofPerson(person) : [])),
    ]
  }
  const usedBy = (person: string): string[] =>
    plan.systems.credentials.filter((credential) => whoCanUse(credential).includes(person)).map(({ id }) => id)
  const ofPerson = (person: string): string[] => {
    const roles = plan.people.people.find(({ id }) => id === person)?.roles ?? []
    const credentials = usedBy(person)
    return [
      ...runbooks.filter((runbook) => namedFor(runbook).includes(person)).map(({ id }) => `runbook:${id}`),
      ...steps
        .filter(
          ({ step }) =>
            step.roles.some((role) => roles.includes(role)) || step.credentials.some((id) => credentials.includes(id)),
        )
        .map(({ unit }) => unit),
      ...plan.roster.rosters
        .filter(({ rotations, shifts, overrides }) =>
          [
            ...rotations.flatMap(({ people }) => people),
            ...[...shifts, ...overrides].map((one) => one.person),
          ].includes(person),
        )
        .map(({ id }) => `roster:${id}`),
    ]
  }
  return (removal) => {
    const { kind, id } = removal
    return new Set([
      ...ofNodes(nodesGoneWith(plan, [removal])),
      ...(kind === 'person' ? ofPerson(id) : []),
      ...(kind === 'credential'
        ? steps.filter(({ step }) => step.credentials.includes(id)).map(({ unit }) => unit)
        : []),
      ...(kind === 'vendor' ? steps.filter(({ step }) => step.vendors.includes(id)).map(({ unit }) => unit) : []),
    ])
  }
}

/** Each node with everything that needs it, near and far, also where one of a group would be enough. */
function nodesAbove(plan: Plan): Map<string, Set<string>> {
  const above = new Map(plan.map.nodes.map(({ id }) => [id, new Set([id])]))
  for (let grew = true; grew; ) {
    grew = false
    for (const { id, needs, needsOneOf } of plan.map.nodes)
      for (const [, reached] of above)
        if (!reached.has(id) && [...needs, ...needsOneOf.flat()].some((need) => reached.has(need))) {
          reached.add(id)
          grew = true
        }
  }
  return above
}
