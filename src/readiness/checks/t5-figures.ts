import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const t5: Check = {
  id: 'T5',
  group: 'Training and tests',
  says: 'Downtimes of the month are counted: minutes, slow minutes, causes, tiers.',
  serves: ['safer-3.1'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'itself',
  wants: () => asItem('T5', 'Figures of the month', 'monthly'),
}
