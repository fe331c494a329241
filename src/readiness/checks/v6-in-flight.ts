import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v6: Check = {
  id: 'V6',
  group: 'Recovery',
  says: 'Who was at work when it broke looked over what was open.',
  serves: ['update-weekend'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('V6', 'Work in flight', 'each time'),
}
