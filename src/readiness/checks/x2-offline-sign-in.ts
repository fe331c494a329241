import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'
import { hubWasThere } from '../judge/without-hub.ts'

export const x2: Check = {
  id: 'X2',
  group: 'Emergency access',
  says: 'At each site somebody signed in while that site heard nothing of the centre.',
  serves: ['hipaa-emergency-access', 'hipaa-emergency-mode'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'sites',
  wants: ({ sites: { sites } }) =>
    sites.map(({ id, name }) => ({
      subject: `site:${id}`,
      name,
      kinds: ['offline-sign-in'],
      countsForMs: COUNTS_FOR.monthly,
      lacks: hubWasThere,
    })),
  none: 'The plan has no site.',
}
