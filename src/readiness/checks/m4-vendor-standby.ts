import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const m4: Check = {
  id: 'M4',
  group: 'Guarded maintenance',
  says: 'The vendor was booked for the night of the change.',
  serves: ['update-weekend'],
  every: 'each time',
  shownBy: 'people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('M4', 'Booking of the vendor', 'each time'),
}
