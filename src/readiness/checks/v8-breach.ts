import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v8: Check = {
  id: 'V8',
  group: 'Recovery',
  says: 'Where the cause was malice, it was held against the breach rules, and business associates were told.',
  serves: ['hipaa-incidents', 'proposed-24-hours'],
  every: 'each time',
  shownBy: 'people',
  gravity: 2,
  act: 'walk',
  wants: () => asItem('V8', 'Assessment of the last event', 'each time'),
}
