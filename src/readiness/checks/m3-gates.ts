import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const m3: Check = {
  id: 'M3',
  group: 'Guarded maintenance',
  says: 'Gates and interlocks were asked in the last change, and none was passed on a guess.',
  serves: ['update-weekend'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'change',
  wants: () => asItem('M3', 'Gates of the last change', 'each time'),
}
