import { spanAsWritten } from '../duty/said.ts'
import type { Plan, PlanRule } from '../readiness.ts'
import { needsOf } from './needs.ts'

/** What holds patient data is copied at least as often as the plan may lose of it, off the site, and restored to prove it. */
export const backupCovers: PlanRule = {
  name: 'backup-covers',
  serves: 'HIPAA 164.308(a)(7)(ii)(A): data backup plan; SAFER 1.4',
  reads: ['systems', 'protections', 'map'],
  *judge(plan) {
    const { systems } = plan.systems
    const { backups } = plan.protections
    for (const [nth, system] of systems.entries()) {
      const mine = backups.filter(({ of }) => of.includes(system.id))
      if (mine.length === 0 && (system.patientData || system.criticality === 'critical'))
        yield {
          part: 'systems',
          path: ['systems', nth, 'id'],
          weight: 'error',
          says: `${system.name} is in no backup`,
          instead: `a backup in protections.yaml with ${system.id} among its of:`,
        }
      const often = Math.min(...mine.map(({ every }) => every ?? Number.POSITIVE_INFINITY))
      const copied = hasStandby(plan, system.id)
      if (system.rpoMs !== undefined && mine.length > 0 && Number.isFinite(often) && often > system.rpoMs && !copied)
        yield {
          part: 'systems',
          path: ['systems', nth, 'rpo'],
          weight: 'error',
          says: `${system.name} may lose ${spanAsWritten(system.rpoMs)} and is copied every ${spanAsWritten(often)}`,
          instead: 'a backup that runs more often, a standby, or the rpo that is the truth',
        }
    }
    for (const [nth, { name, copies, restoreTest, every }] of backups.entries()) {
      const lacks = (key: string, says: string, instead: string) =>
        ({
          part: 'protections',
          path: ['backups', nth, key],
          weight: 'error',
          says: `${name} ${says}`,
          instead,
        }) as const
      if (every === undefined) yield lacks('every', 'does not say how often it runs', 'every: 1d')
      if (!copies.some(({ offSite }) => offSite))
        yield lacks('copies', 'has no copy away from the site', 'copies: and - { where: ..., offSite: true }')
      if (!copies.some(({ cannotBeChanged }) => cannotBeChanged))
        yield {
          ...lacks(
            'copies',
            'has no copy that malware cannot change',
            'cannotBeChanged: true on a copy of which that is so',
          ),
          weight: 'warning',
        }
      if (restoreTest === undefined)
        yield lacks('restoreTest', 'is never restored to see whether it is good', 'restoreTest: 30d')
    }
  },
}

/** Its own node, or one that it needs, is copied as it goes. */
function hasStandby(plan: Plan, system: string): boolean {
  const primaries = new Set(plan.protections.standbys.map(({ primary }) => primary))
  return plan.map.nodes
    .filter((node) => node.system === system)
    .some(({ id }) => [id, ...needsOf(plan, id)].some((one) => primaries.has(one)))
}
