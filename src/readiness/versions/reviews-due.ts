import type { Plan } from '../readiness.ts'
import { comparePlans, type PlanChange } from './compare-plans.ts'

/** A system that is new, changed or gone: somebody must look whether the plan still holds, and say so. */
export type PlanReview = {
  system: string
  name: string
  change: 'new' | 'changed' | 'gone'
  /** What brought it up. */
  because: string[]
  /** What to look at. */
  lookAt: string[]
}

const LOOK_AT = {
  new: [
    'its criticality and times',
    'what it needs (map.yaml)',
    'its backup',
    'scenarios that take it away',
    'its runbook',
    'a restore test',
  ],
  changed: [
    'its times',
    'what it needs (map.yaml)',
    'its backup',
    'its runbook',
    'a restore or failover test after the change',
  ],
  gone: ['who still needs it', 'where its data went', 'its backup and its agreement', 'runbooks that name it'],
} as const

/**
 * Which systems the change of a plan makes people look at again (45 CFR 164.308(a)(7)(ii)(D): revision): those whose own entry changed, and those whose
 * place on the map, backup or standby did. One review for each system.
 */
export function reviewsDue(before: Plan, after: Plan): PlanReview[] {
  const touched = new Map<string, { change: PlanReview['change']; because: string[] }>()
  for (const change of comparePlans(before, after))
    for (const system of systemsTouched(before, after, change)) {
      const own = change.kind === 'system'
      const held = touched.get(system) ?? { change: 'changed', because: [] }
      touched.set(system, { change: own ? change.change : held.change, because: [...held.because, inWords(change)] })
    }
  return [...touched].map(([system, { change, because }]) => ({
    system,
    name: nameOf(after, system) ?? nameOf(before, system) ?? system,
    change,
    because,
    lookAt: [...LOOK_AT[change]],
  }))
}

function systemsTouched(before: Plan, after: Plan, { kind, id }: PlanChange): Set<string> {
  if (kind === 'system') return new Set([id])
  return new Set([before, after].flatMap((plan) => systemsOf(plan, kind, id)))
}

function systemsOf(plan: Plan, kind: PlanChange['kind'], id: string): string[] {
  const systemOf = (node: string) => plan.map.nodes.find((one) => one.id === node)?.system ?? []
  const { backups, standbys } = plan.protections
  if (kind === 'node') return [systemOf(id)].flat()
  if (kind === 'backup') return backups.filter((one) => one.id === id).flatMap(({ of }) => of)
  if (kind === 'standby')
    return standbys
      .filter((one) => one.id === id)
      .flatMap(({ primary, standby }) => [systemOf(primary), systemOf(standby)].flat())
  return []
}

function inWords({ kind, id, change, keys }: PlanChange): string {
  const word = kind === 'node' ? 'map' : kind
  return `${word} ${id} ${change === 'changed' ? `changed (${keys.join(', ')})` : `is ${change}`}`
}

function nameOf(plan: Plan, system: string): string | undefined {
  return plan.systems.systems.find(({ id }) => id === system)?.name
}
