import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v7: Check = {
  id: 'V7',
  group: 'Recovery',
  says: 'The event was reviewed, with causes and actions that have owners, and the plan was changed by it.',
  serves: ['hipaa-testing', 'joint-67'],
  every: 'each time',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('V7', 'Review of the last event', 'each time'),
}
