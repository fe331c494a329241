import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v4: Check = {
  id: 'V4',
  group: 'Recovery',
  says: 'Visits and charges balance, coded by the day of service.',
  serves: ['update-weekend'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('V4', 'Visits and charges', 'each time'),
}
