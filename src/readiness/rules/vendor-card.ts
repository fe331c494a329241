import { DAY } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import type { Finding, PlanRule } from '../readiness.ts'
import type { Vendor } from '../shape/vendors.ts'

const SOON = 90 * DAY

/** Whoever calls a vendor at one in the morning finds on the card whom, under which number, in which words, and whether anybody answers. */
export const vendorCard: PlanRule = {
  name: 'vendor-card',
  serves: 'HIPAA 164.308(b) and 164.308(a)(7): what others owe in an emergency',
  reads: ['practice', 'vendors'],
  each: true,
  *judge(plan, { now }) {
    const soon = dayOf(now + SOON, plan.practice.practice.zone)
    for (const [nth, vendor] of plan.vendors.vendors.entries()) yield* card(vendor, nth, soon)
  },
}

function* card(vendor: Vendor, nth: number, soon: string): Iterable<Finding> {
  const { name, contract, tiers, severities, account, associate } = vendor
  const path = ['vendors', nth]
  const lacks = (key: string[], says: string, instead: string, weight: Finding['weight'] = 'error'): Finding => ({
    part: 'vendors',
    path: [...path, ...key],
    weight,
    says: `${name} ${says}`,
    instead,
  })
  if (contract?.hours === undefined)
    yield lacks(
      ['contract', 'hours'],
      'has no contract hours: nobody knows whether anybody answers at night',
      'contract: { hours: always }, or hours: with mon: 08:00-18:00 and so on',
    )
  if (tiers.every(({ phone }) => phone === undefined))
    yield lacks(['tiers'], 'has no telephone number', 'tiers: and - { name: Support, phone: (608) 555-0100 }')
  if (account === undefined)
    yield lacks(['account'], 'has no account number: they ask for it before they listen', 'account: and the number')
  if (severities.length === 0)
    yield lacks(
      ['severities'],
      'has no severity words',
      'severities: and - { ours: no site can work, say: Severity 1 }',
      'warning',
    )
  if (associate === undefined)
    yield lacks(
      ['associate'],
      'has neither a business associate agreement nor a word that it needs none',
      'associate: { signed: 2026-01-31 }, or associate: none where no patient data is theirs to see',
      'warning',
    )
  const ending = [
    [['contract', 'until'], contract?.until],
    [['associate', 'until'], associate === 'none' ? undefined : associate?.until],
  ] as const
  for (const [key, until] of ending)
    if (until !== undefined && until <= soon)
      yield lacks([...key], `has an agreement that ends on ${until}`, 'the day until which it was renewed', 'warning')
}
