import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const t3: Check = {
  id: 'T3',
  group: 'Training and tests',
  says: 'Restore and failover were tried again after each major change.',
  serves: ['hipaa-testing', 'practice-guide'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'change',
  wants: () => asItem('T3', 'Tests after the last change', 'each time'),
}
