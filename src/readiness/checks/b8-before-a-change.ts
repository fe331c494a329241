import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const b8: Check = {
  id: 'B8',
  group: 'Data backup',
  says: 'A backup was made before each upgrade and each move.',
  serves: ['hipaa-moving', 'update-weekend'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'change',
  wants: () => asItem('B8', 'The backup before the last change', 'each time'),
}
