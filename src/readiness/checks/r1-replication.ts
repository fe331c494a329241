import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const r1: Check = {
  id: 'R1',
  group: 'Standby',
  says: 'The standby has what the primary has, asked from both sides.',
  serves: ['safer-1.1', 'nist-recovery', 'update-weekend'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'standby',
  wants: ({ protections: { standbys } }) => ofEach('standby', standbys, 'standby-verdict', 'daily'),
  none: 'The plan names no standby.',
}
