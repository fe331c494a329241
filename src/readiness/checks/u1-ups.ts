import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const u1: Check = {
  id: 'U1',
  group: 'Utilities and security',
  says: 'Each UPS answers and holds, and its written order for low battery was carried out.',
  serves: ['safer-1.2', 'practice-guide'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'power',
  wants: ({ protections: { ups } }) => [
    ...ofEach('ups', ups, 'ups-looked-at', 'daily'),
    ...ofEach('ups', ups, 'ups-drill', 'yearly', (name) => `Power failure on ${name}`),
  ],
  none: 'The plan names no UPS.',
}
