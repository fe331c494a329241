import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v2: Check = {
  id: 'V2',
  group: 'Recovery',
  says: 'Everything that was written on paper was entered, and entered right.',
  serves: ['safer-1.3', 'hipaa-recovery'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'drill',
  wants: () => asItem('V2', 'Back-entry', 'each time'),
}
