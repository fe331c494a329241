import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d9: Check = {
  id: 'D9',
  group: 'Downtime operation',
  says: 'Rules for prescriptions on paper are written, controlled substances and pharmacies among them.',
  serves: ['practice-guide'],
  every: 'yearly',
  shownBy: 'people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('D9', 'Rules for prescriptions', 'yearly'),
}
