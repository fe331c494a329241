import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const x2: Check = {
  id: 'X2',
  group: 'Emergency access',
  says: 'At each site somebody signed in without the centre.',
  serves: ['hipaa-emergency-access', 'hipaa-emergency-mode'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'sites',
  wants: ({ sites: { sites } }) => ofEach('site', sites, 'offline-sign-in', 'monthly'),
  none: 'The plan has no site.',
}
