import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const b7: Check = {
  id: 'B7',
  group: 'Data backup',
  says: 'Nobody was signed in when a backup that needs it began.',
  serves: ['update-weekend', 'practice-guide'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'change',
  wants: () => asItem('B7', 'Sessions at the start of a backup', 'each time'),
}
