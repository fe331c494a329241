import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d11: Check = {
  id: 'D11',
  group: 'Downtime operation',
  says: 'Every packet that was printed was shredded or filed.',
  serves: ['hipaa-paper'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('D11', 'Packets printed, shredded and filed', 'each time'),
}
