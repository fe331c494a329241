import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v5: Check = {
  id: 'V5',
  group: 'Recovery',
  says: 'Messages, refills and payments of the stand-in were all taken over.',
  serves: ['update-weekend'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('V5', 'What the stand-in took', 'each time'),
}
