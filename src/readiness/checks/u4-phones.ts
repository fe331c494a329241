import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const u4: Check = {
  id: 'U4',
  group: 'Utilities and security',
  says: 'Telephones go on by another way when the Internet is away: forwarding and greeting were tried.',
  serves: ['safer-2.2'],
  every: 'half-yearly',
  shownBy: 'Holdfast and people',
  gravity: 1,
  act: 'walk',
  wants: () => asItem('U4', 'Forwarding of the telephones', 'half-yearly'),
}
