import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d10: Check = {
  id: 'D10',
  group: 'Downtime operation',
  says: 'It is written which visits go on and which are moved.',
  serves: ['ama'],
  every: 'yearly',
  shownBy: 'people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('D10', 'Which visits go on', 'yearly'),
}
