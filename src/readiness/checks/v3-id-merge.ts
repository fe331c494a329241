import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v3: Check = {
  id: 'V3',
  group: 'Recovery',
  says: 'Every temporary id became a patient’s own.',
  serves: ['safer-1.5'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('V3', 'Temporary ids', 'each time'),
}
