import { MINUTE } from '../../base/time.ts'
import type { Finding, Plan, PlanRule } from '../readiness.ts'

const LEAST_RUNTIME = 5 * MINUTE

/** A UPS that ends with a graceful shutdown, and at each site a second line of another technology that was tried by pulling out the first. */
export const powerAndLines: PlanRule = {
  name: 'power-and-lines',
  serves: 'SAFER 1.1, 1.2; HIPAA 164.310(a)(2)(i): contingency operations',
  reads: ['protections', 'sites'],
  *judge(plan) {
    yield* power(plan)
    yield* lines(plan)
  },
}

function* power({ protections: { ups } }: Plan): Iterable<Finding> {
  for (const [nth, { name, runtime, onLow, battery }] of ups.entries()) {
    const lacks = (key: string, weight: Finding['weight'], says: string, instead: string): Finding => ({
      part: 'protections',
      path: ['ups', nth, key],
      weight,
      says: `${name} ${says}`,
      instead,
    })
    if (runtime === undefined || runtime < LEAST_RUNTIME)
      yield lacks(
        'runtime',
        'error',
        runtime === undefined ? 'does not say how long it lasts' : 'lasts less than five minutes',
        'runtime: 15m, as its last test measured it',
      )
    if (onLow.length === 0)
      yield lacks(
        'onLow',
        'error',
        'has no order for low battery: a surge strip does as much',
        'onLow: and what happens, first packets, then shutdown',
      )
    if (battery === undefined)
      yield lacks(
        'battery',
        'warning',
        'does not say how old its battery is',
        'battery: and the day on which it was put in',
      )
  }
}

function* lines({ protections, sites }: Plan): Iterable<Finding> {
  for (const [nth, site] of sites.sites.entries()) {
    const technologies = new Set(
      protections.lines.filter((line) => line.site === site.id).map((line) => line.technology),
    )
    if (technologies.size < 2)
      yield {
        part: 'sites',
        path: ['sites', nth, 'id'],
        weight: 'warning',
        says: `${site.name} has ${technologies.size === 0 ? 'no Internet line' : 'no second Internet line of another technology'}`,
        instead: `a line in protections.yaml with site: ${site.id}, or leave it so and know it`,
      }
  }
  for (const [nth, { name, unplugTest }] of protections.lines.entries())
    if (unplugTest === undefined)
      yield {
        part: 'protections',
        path: ['lines', nth, 'unplugTest'],
        weight: 'warning',
        says: `${name} is never tried by unplugging the other line`,
        instead: 'unplugTest: 90d',
      }
}
