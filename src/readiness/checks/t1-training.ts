import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const t1: Check = {
  id: 'T1',
  group: 'Training and tests',
  says: 'Everybody with a role was trained for it.',
  serves: ['safer-2.1'],
  every: 'yearly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'train',
  wants: ({ people: { people } }) =>
    ofEach(
      'person',
      people.filter(({ roles }) => roles.length > 0),
      'people-trained',
      'yearly',
    ),
  none: 'Nobody has a role.',
}
