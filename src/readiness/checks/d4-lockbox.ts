import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const d4: Check = {
  id: 'D4',
  group: 'Downtime operation',
  says: 'Each lockbox was counted: forms for a clinic day, prescription paper locked, lamp, pens, contact sheet.',
  serves: ['safer-1.3'],
  every: 'quarterly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'walk',
  wants: ({ sites: { sites } }) => ofEach('lockbox', sites, 'counted-by-hand', 'quarterly'),
  none: 'The plan has no site.',
}
