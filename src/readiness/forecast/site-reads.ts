import { dayOf } from '../../base/zone.ts'
import { newestOf } from '../evidence/evidence.ts'
import type { Scenario } from '../shape/scenarios.ts'
import type { Site } from '../shape/sites.ts'
import { COUNTS_FOR_MS, figureOfTries, type Judged, proofOf } from './figures.ts'
import type { Figure, ForecastFacts, SiteReads } from './forecast.ts'
import { lostAt, takenAt } from './taken.ts'

/** How a site reads when a scenario happens there, and after how long: from the EHR, from its lockbox, or from paper. */
export function siteReads(facts: ForecastFacts, scenario: Scenario, site: Site): SiteReads {
  const { plan, evidence, now } = facts
  const lost = lostAt(plan, scenario, site.id)
  if (site.ehr === undefined)
    return { how: 'not-said', because: 'the plan does not say where it meets the EHR (sites.yaml: ehr)' }
  if (!lost.has(site.ehr)) return { how: 'ehr' }
  const node = site.lockbox?.node
  if (node === undefined)
    return { how: 'not-said', because: 'the plan does not say which machine its lockbox is (sites.yaml: lockbox.node)' }
  const judged: Judged = { now, zone: plan.practice.practice.zone, countsForMs: undefined }
  const lockbox = {
    how: 'lockbox' as const,
    time: figureOfTries(
      evidence.filter(({ kind, subject }) => kind === 'site-reads' && subject === `site:${site.id}`),
      judged,
      'never tested: no record of it opening its lockbox with everything else dead',
    ),
    holds: facts.sites.get(site.id),
    until: undefined,
    promisedUntilMs: undefined,
  }
  if (!lost.has(node)) return lockbox
  const ups = plan.protections.ups.find(({ feeds }) => feeds.includes(node))
  if (ups !== undefined && !takenAt(plan, scenario, site.id).includes(node))
    return { ...lockbox, until: carries(facts, ups.id, judged), promisedUntilMs: ups.runtime }
  const printed = newestOf(evidence, 'print-receipt', `site:${site.id}`)
  return {
    how: 'paper',
    because: 'the EHR and the lockbox are both away, and no UPS carries it',
    printed: printed?.outcome === 'held' ? proofOf(printed) : undefined,
  }
}

/** How long a UPS carries what hangs on it: no more than the least that the newest look says. */
function carries({ evidence }: ForecastFacts, id: string, { now, zone }: Judged): Figure {
  const subject = `ups:${id}`
  const [last] = [newestOf(evidence, 'ups-drill', subject), newestOf(evidence, 'ups-looked-at', subject)]
    .filter((one) => one !== undefined)
    .toSorted((a, b) => b.at - a.at)
  if (last === undefined) return { status: 'not-known', because: 'never tested: nobody has looked at its UPS' }
  if (last.outcome !== 'held') return { status: 'not-known', because: `its UPS: ${last.because}` }
  const runtimes = last.measured.flatMap(({ what, value, unit }) =>
    /runtime|carr/i.test(what) && typeof value === 'number' && (unit === 's' || unit === 'ms')
      ? [unit === 's' ? value * 1000 : value]
      : [],
  )
  if (runtimes.length === 0) return { status: 'not-known', because: 'its UPS did not say for how long it carries' }
  return {
    status: 'measured',
    fromMs: Math.min(...runtimes),
    toMs: Math.min(...runtimes),
    because: `its UPS, on ${dayOf(last.at, zone)}`,
    proof: [proofOf(last)],
    newestAt: last.at,
    old: now - last.at > COUNTS_FOR_MS,
  }
}
