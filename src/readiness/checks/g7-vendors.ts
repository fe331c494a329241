import type { Check } from '../judge/check.ts'
import { faultsBy, ofEach } from '../judge/wanted.ts'
import { vendorCard } from '../rules/vendor-card.ts'

export const g7: Check = {
  id: 'G7',
  group: 'Governance',
  says: 'Each vendor has a card that is true: the number was called, the agreement is on file.',
  serves: ['hipaa-associates', 'proposed-24-hours', 'update-weekend'],
  every: 'half-yearly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'vendors',
  written: (plan, now) => faultsBy(vendorCard, plan, now),
  wants: ({ vendors: { vendors } }) => ofEach('vendor', vendors, 'counted-by-hand', 'half-yearly'),
  none: 'The plan names no vendor.',
}
