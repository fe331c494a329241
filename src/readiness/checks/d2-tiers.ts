import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d2: Check = {
  id: 'D2',
  group: 'Downtime operation',
  says: 'It is written what changes after half an hour, two hours, eight, three days and four weeks, and a drill went by it.',
  serves: ['joint-67', 'proposed-72-hours'],
  every: 'yearly',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('D2', 'Tiers of a downtime', 'yearly'),
}
