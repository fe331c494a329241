import type { Instant } from '../../base/time.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { lostWithout } from '../map/lost-without.ts'
import { systemsAmong } from '../map/systems-among.ts'
import type { Plan } from '../readiness.ts'
import type { Scenario } from '../shape/scenarios.ts'
import { ableFor, goneKeys, type Left, obstaclesOf } from './obstacles.ts'
import type { Presence } from './presence.ts'
import { hasRehearsed, rehearsedBy } from './rehearsal.ts'
import { nodesGoneWith } from './removals.ts'
import { type Loss, type Removal } from './without.ts'

/** The plan, its evidence, and nodes that fall together, worked out once for each set of them. */
export type Ground = {
  plan: Plan
  evidence: readonly Evidence[]
  now: Instant
  fallsWith: (nodes: readonly string[]) => ReadonlySet<string>
  /** People who stand on the map as something that others need, by their node. */
  onMap: ReadonlyMap<string, string>
}

export function groundOf(plan: Plan, evidence: readonly Evidence[], now: Instant): Ground {
  const known = new Map<string, ReadonlySet<string>>()
  return {
    plan,
    evidence,
    now,
    onMap: new Map(
      plan.map.nodes.flatMap(({ id, kind, person }) =>
        kind === 'person' && person !== undefined ? [[id, person] as const] : [],
      ),
    ),
    fallsWith: (nodes) => {
      const key = nodes.toSorted().join(' ')
      const found = known.get(key) ?? lostWithout(plan, nodes)
      known.set(key, found)
      return found
    },
  }
}

/** What is lost when some things are gone and those are there who are: everything, also what was lost before. */
export function lossesOf(ground: Ground, presence: Presence, removed: readonly Removal[]): Loss[] {
  return [...lossesOfWork(ground, presence, removed), ...uncovered(ground.plan, presence, removed)]
}

/** The same without the rosters: it depends on who is there, and not on whose turn it is. */
export function lossesOfWork(ground: Ground, { there }: Presence, removed: readonly Removal[]): Loss[] {
  const rest = restAfter(ground, there, removed)
  const left = rest([])
  return [
    ...ground.plan.scenarios.scenarios.flatMap((scenario): Loss[] => {
      const because = whyNot(ground.plan, scenario, rest)
      return because.length === 0
        ? []
        : [{ kind: 'unfinished', id: scenario.id, name: scenario.name, because: because.join('. ') }]
    }),
    ...sitesThatCannotRead(left),
    ...systemsAmong(ground.plan, left.down).map((id): Loss => {
      const name = ground.plan.systems.systems.find((system) => system.id === id)?.name ?? id
      return { kind: 'system', id, name, because: 'it falls at once' }
    }),
    ...gates(left),
    ...unrehearsed(ground, left),
  ]
}

/** Why a scenario's answer cannot be carried through with who is there; empty when it can be. */
export function whyNotFinished(ground: Ground, { there }: Presence, scenario: Scenario): string[] {
  return whyNot(ground.plan, scenario, restAfter(ground, there, []))
}

function whyNot(plan: Plan, { runbook: id, takesOut }: Scenario, rest: (nodes: readonly string[]) => Left): string[] {
  const runbook = plan.runbooks.runbooks.find((one) => one.id === id)
  if (runbook === undefined) return ['no runbook answers it']
  return obstaclesOf(runbook, rest(takesOut)).map(({ step, says }) =>
    step === undefined ? `“${runbook.name}” cannot begin: ${says}` : `“${step.name}”: ${says}`,
  )
}

/** What is left when further nodes go down as well. People are away who were taken out, or whose own node is down. */
function restAfter(
  { plan, fallsWith, onMap }: Ground,
  there: Presence['there'],
  removed: readonly Removal[],
): (nodes: readonly string[]) => Left {
  const gone = goneKeys(removed)
  const taken = removed.flatMap(({ kind, id }) => (kind === 'person' ? [id] : []))
  const present = taken.length === 0 ? there : there.filter(({ id }) => !taken.includes(id))
  const goneNodes = nodesGoneWith(plan, removed)
  return (nodes) => {
    const down = fallsWith([...goneNodes, ...nodes])
    const away = [...onMap].flatMap(([node, person]) => (down.has(node) ? [person] : []))
    return {
      plan,
      gone,
      down,
      there: away.length === 0 ? present : present.filter(({ id }) => !away.includes(id)),
    }
  }
}

function sitesThatCannotRead({ plan, down }: Left): Loss[] {
  return plan.sites.sites.flatMap(({ id, name, ehr, lockbox }): Loss[] => {
    const [noEhr, noBox] = [ehr !== undefined && down.has(ehr), lockbox?.node !== undefined && down.has(lockbox.node)]
    if (noEhr && noBox)
      return [{ kind: 'site', id, name, because: 'neither the EHR nor its lockbox can be read there' }]
    if (noBox) return [{ kind: 'site', id: `${id}/lockbox`, name, because: 'its lockbox cannot be read' }]
    return noEhr
      ? [{ kind: 'site', id: `${id}/ehr`, name, because: 'the EHR cannot be reached; it has its lockbox' }]
      : []
  })
}

function gates(left: Left): Loss[] {
  return left.plan.runbooks.runbooks.flatMap((runbook) =>
    obstaclesOf(runbook, left)
      .filter(({ gate }) => gate)
      .map(({ step, says }): Loss => {
        const name = step === undefined ? `Beginning “${runbook.name}”` : `“${step.name}” (${runbook.name})`
        return { kind: 'gate', id: `${runbook.id}/${step?.id ?? ''}`, name, because: says }
      }),
  )
}

/** Rosters that must have somebody and have nobody. */
export function uncovered(plan: Plan, { onCall }: Presence, removed: readonly Removal[]): Loss[] {
  const away = removed.filter(({ kind }) => kind === 'person').map(({ id }) => id)
  return [...onCall].flatMap(([roster, order]): Loss[] => {
    if (order.some((person) => !away.includes(person))) return []
    const name = plan.roster.rosters.find(({ id }) => id === roster)?.name ?? roster
    return [{ kind: 'uncovered', id: roster, name, because: 'nobody is on call' }]
  })
}

function unrehearsed({ evidence, now }: Ground, left: Left): Loss[] {
  return left.plan.runbooks.runbooks.flatMap((runbook): Loss[] => {
    const able = ableFor(runbook, left)
    if (able.length === 0 || able.some(({ id }) => hasRehearsed(rehearsedBy(runbook, id, evidence, now)))) return []
    const because = `${able.map(({ name }) => name).join(' and ')} ${able.length === 1 ? 'is' : 'are'} left and never rehearsed it`
    return [{ kind: 'unrehearsed', id: runbook.id, name: runbook.name, because }]
  })
}
