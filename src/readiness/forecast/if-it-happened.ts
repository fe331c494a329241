import { siteAt } from '../duty/site-open.ts'
import { groundOf, whyNotFinished } from '../without/losses.ts'
import { presenceAt } from '../without/presence.ts'
import { actorsOf, leadsOf } from './actors.ts'
import { dataLost } from './data-lost.ts'
import type { ForecastFacts, ScenarioForecast } from './forecast.ts'
import { inTheWayNow } from './in-the-way-now.ts'
import { recoveryOf } from './recovery.ts'
import { siteReads } from './site-reads.ts'
import { concerns } from './taken.ts'

/** The forecast of every scenario of the plan, in its order. */
export function ifItHappened(facts: ForecastFacts): ScenarioForecast[] {
  const { plan, evidence, now } = facts
  const { zone } = plan.practice.practice
  const presence = presenceAt(plan, now)
  const ground = groundOf(plan, evidence, now)
  const leads = new Map(plan.sites.sites.map((site) => [site.id, leadsOf(facts, site)]))
  const hours = new Map(plan.sites.sites.map((site) => [site.id, siteAt(site, now, zone)]))
  return plan.scenarios.scenarios.map((scenario) => {
    const runbook = plan.runbooks.runbooks.find(({ id }) => id === scenario.runbook)
    return {
      id: scenario.id,
      name: scenario.name,
      runbook: runbook === undefined ? undefined : { id: runbook.id, name: runbook.name },
      decideWithinMs: scenario.decideWithin,
      sites: plan.sites.sites.map((site) => ({
        id: site.id,
        name: site.name,
        concerned: concerns(scenario, site.id),
        hours: hours.get(site.id) ?? { status: 'unknown' },
        reads: siteReads(facts, scenario, site),
        leads: leads.get(site.id) ?? [],
      })),
      recovery: recoveryOf(facts, scenario),
      losses: dataLost(facts, scenario),
      actors: actorsOf(facts, scenario, presence),
      cannotFinish: [...whyNotFinished(ground, presence, scenario), ...inTheWayNow(facts, scenario)],
    }
  })
}
