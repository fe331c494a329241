import type { PlanRule } from '../readiness.ts'

const WANTED_LEADS = 3

/** Each site has hours (a decision to open on paper is counted back from them), a telephone, a lockbox and leaders. */
export const siteCard: PlanRule = {
  name: 'site-card',
  serves: 'HIPAA 164.308(a)(7)(ii)(C): emergency mode operation; SAFER 1.3, 2.3',
  reads: ['sites'],
  each: true,
  *judge({ sites: { sites } }) {
    if (sites.length === 0)
      yield {
        part: 'sites',
        path: ['sites'],
        weight: 'error',
        says: 'the plan has no site',
        instead: 'each clinic with id, name and hours',
      }
    for (const [nth, { name, hours, phone, leads, lockbox }] of sites.entries()) {
      const lacks = (key: string, says: string, instead: string, weight: 'error' | 'warning' = 'error') =>
        ({ part: 'sites', path: ['sites', nth, key], weight, says: `${name} ${says}`, instead }) as const
      if (hours === undefined) yield lacks('hours', 'has no opening hours', 'hours: and mon: 07:00-18:00 and so on')
      if (phone === undefined)
        yield lacks('phone', 'has no telephone number', 'phone: and the number that patients call')
      if (leads.length === 0)
        yield lacks('leads', 'has nobody who leads it in a downtime', 'leads: and three ids of people')
      else if (leads.length < WANTED_LEADS)
        yield lacks(
          'leads',
          `has ${leads.length} of ${WANTED_LEADS} leaders`,
          'leads: and three ids, so that one is there',
          'warning',
        )
      if (lockbox === undefined)
        yield lacks(
          'lockbox',
          'has no lockbox',
          'lockbox: { where: front desk, lower cabinet, keys: [ids of people] }',
          'warning',
        )
    }
  },
}
