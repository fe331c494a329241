import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const u5: Check = {
  id: 'U5',
  group: 'Utilities and security',
  says: 'Somebody can enter the server room at two in the morning: keys, badges, alarm codes.',
  serves: ['hipaa-facility'],
  every: 'half-yearly',
  shownBy: 'people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('U5', 'Access at night', 'half-yearly'),
}
