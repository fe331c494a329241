import type { Check } from '../judge/check.ts'
import { asItem, faultsBy } from '../judge/wanted.ts'
import { systemOnMap } from '../rules/system-on-map.ts'

export const g6: Check = {
  id: 'G6',
  group: 'Governance',
  says: 'Every system stands on the map, and nothing unknown was found on the network.',
  serves: ['proposed-inventory', 'practice-guide'],
  every: 'monthly',
  shownBy: 'Holdfast and people',
  gravity: 1,
  act: 'walk',
  written: (plan, now) => faultsBy(systemOnMap, plan, now),
  wants: () => asItem('G6', 'Inventory', 'monthly'),
}
