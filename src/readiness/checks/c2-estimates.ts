import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const c2: Check = {
  id: 'C2',
  group: 'Communication',
  says: 'What was said of the end of a downtime had a range, a reason and a time of the next word.',
  serves: ['practice-guide'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('C2', 'Estimates of the last event', 'each time'),
}
