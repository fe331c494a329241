import type { Evidence } from '../evidence/evidence.ts'
import { lostWithout } from '../map/lost-without.ts'
import { systemsAmong } from '../map/systems-among.ts'
import type { Scenario } from '../shape/scenarios.ts'
import { figureOfTries } from './figures.ts'
import type { ForecastFacts, Recovery } from './forecast.ts'

/** How long until systems are back: from tries of the whole answer; and from its parts, which only say how long it takes at least. */
export function recoveryOf({ plan, evidence, now }: ForecastFacts, scenario: Scenario): Recovery {
  const { zone } = plan.practice.practice
  const lost = lostWithout(plan, scenario.takesOut)
  const away = systemsAmong(plan, lost)
  const runbook = plan.runbooks.runbooks.find(({ id }) => id === scenario.runbook)
  const subjects = subjectsOf(plan, scenario, lost)
  const parts = plan.protections.backups
    .filter(({ of }) => of.some((system) => away.includes(system) || runbook?.systems.includes(system)))
    .map(({ id, name, restoreTest }) => ({
      name: `Restoring “${name}” alone`,
      figure: figureOfTries(
        about(evidence, { 'restore-test': [`backup:${id}`] }),
        { now, zone, countsForMs: restoreTest },
        'never restored in a test',
      ),
    }))
    .filter(({ figure }) => figure.status === 'measured')
  return {
    systems: away.map((id) => {
      const system = plan.systems.systems.find((one) => one.id === id)
      return { id, name: system?.name ?? id, rtoMs: system?.rtoMs, mtdMs: system?.mtdMs }
    }),
    figure: figureOfTries(
      about(evidence, subjects),
      { now, zone, countsForMs: runbook?.rehearse },
      runbook === undefined
        ? 'no runbook answers it'
        : `never tested: no rehearsal or drill of “${runbook.name}” is on record`,
    ),
    parts,
    expectedMs: runbook?.expected,
  }
}

type Subjects = Partial<Record<Evidence['kind'], readonly string[]>>

function about(evidence: readonly Evidence[], subjects: Subjects): Evidence[] {
  return evidence.filter(({ kind, subject }) => subjects[kind]?.includes(subject))
}

function subjectsOf(plan: ForecastFacts['plan'], { id, runbook }: Scenario, lost: ReadonlySet<string>): Subjects {
  if (runbook === undefined) return {}
  const standbys = plan.protections.standbys.filter(
    ({ failover, standby }) => failover === runbook && !lost.has(standby),
  )
  return {
    rehearsal: [`runbook:${runbook}`],
    'failover-drill': [`runbook:${runbook}`, ...standbys.map((standby) => `standby:${standby.id}`)],
    drill: plan.drills.drills
      .filter(({ scenario, kind }) => scenario === id && kind !== 'tabletop')
      .map((drill) => `drill:${drill.id}`),
  }
}
