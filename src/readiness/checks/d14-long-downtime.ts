import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d14: Check = {
  id: 'D14',
  group: 'Downtime operation',
  says: 'There is an annex for weeks: relief of staff, cash, word to payers.',
  serves: ['joint-67'],
  every: 'yearly',
  shownBy: 'people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('D14', 'Annex for a long downtime', 'yearly'),
}
