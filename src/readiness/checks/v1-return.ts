import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const v1: Check = {
  id: 'V1',
  group: 'Recovery',
  says: 'Nobody was let back in before data, interfaces and users were held against what was agreed.',
  serves: ['nist-reconstitution'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('V1', 'Return criteria', 'each time'),
}
