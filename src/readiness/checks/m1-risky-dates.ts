import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const m1: Check = {
  id: 'M1',
  group: 'Guarded maintenance',
  says: 'Known risky dates have owners: code sets, clock changes, certificates, licences, ends of support.',
  serves: ['update-weekend'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('M1', 'Calendar of risky dates', 'monthly'),
}
