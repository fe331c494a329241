import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const r5: Check = {
  id: 'R5',
  group: 'Standby',
  says: 'The standby carries a whole clinic day, with its licences and the interfaces that follow.',
  serves: ['nist-recovery'],
  every: 'yearly',
  shownBy: 'people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('R5', 'Capacity of the standby', 'yearly'),
}
