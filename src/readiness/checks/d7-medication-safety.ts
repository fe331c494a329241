import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d7: Check = {
  id: 'D7',
  group: 'Downtime operation',
  says: 'Allergies, interactions and doses were checked by a second person while the computer could not.',
  serves: ['amc-pso'],
  every: 'each time',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('D7', 'Second check of prescriptions', 'each time'),
}
