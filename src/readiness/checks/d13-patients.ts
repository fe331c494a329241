import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d13: Check = {
  id: 'D13',
  group: 'Downtime operation',
  says: 'Patients heard of it: greeting, banner, sign at the desk, stand-in for the portal.',
  serves: ['update-weekend', 'amc-pso'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('D13', 'What patients were told', 'each time'),
}
