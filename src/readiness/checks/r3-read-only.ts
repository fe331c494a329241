import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const r3: Check = {
  id: 'R3',
  group: 'Standby',
  says: 'The standby refused a write.',
  serves: ['safer-2.4'],
  every: 'weekly',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'standby',
  wants: ({ protections: { standbys } }) => ofEach('standby', standbys, 'write-refused', 'weekly'),
  none: 'The plan names no standby.',
}
