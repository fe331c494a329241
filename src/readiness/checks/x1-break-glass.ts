import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const x1: Check = {
  id: 'X1',
  group: 'Emergency access',
  says: 'Sealed envelopes are whole, and each use was looked over.',
  serves: ['hipaa-emergency-access'],
  every: 'quarterly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'walk',
  wants: () => asItem('X1', 'Sealed envelopes', 'quarterly'),
}
