import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d8: Check = {
  id: 'D8',
  group: 'Downtime operation',
  says: 'It is known who telephones whom with a critical result, and the log shows that it was done.',
  serves: ['amc-pso', 'practice-guide'],
  every: 'each time',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'drill',
  wants: () => asItem('D8', 'Critical results by telephone', 'each time'),
}
