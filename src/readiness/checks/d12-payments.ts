import type { Check } from '../judge/check.ts'
import { asItem } from '../judge/wanted.ts'

export const d12: Check = {
  id: 'D12',
  group: 'Downtime operation',
  says: 'Receipts and cash balance.',
  serves: ['update-weekend'],
  every: 'each time',
  shownBy: 'Holdfast and people',
  gravity: 1,
  act: 'drill',
  wants: () => asItem('D12', 'Receipts', 'each time'),
}
