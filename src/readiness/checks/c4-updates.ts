import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const c4: Check = {
  id: 'C4',
  group: 'Communication',
  says: 'Word came when it was promised, from one place.',
  serves: ['practice-guide', 'amc-pso'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('C4', 'Updates of the last event', 'each time'),
}
