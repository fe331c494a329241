import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d6: Check = {
  id: 'D6',
  group: 'Downtime operation',
  says: 'Ids that were given out on paper balance at every site.',
  serves: ['safer-1.5'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('D6', 'Downtime ids', 'each time'),
}
