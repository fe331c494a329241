import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const g9: Check = {
  id: 'G9',
  group: 'Governance',
  says: 'Plan and evidence are kept for six years, and nothing was changed behind them.',
  serves: ['hipaa-records'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'itself',
  wants: () => [
    { subject: 'evidence', name: 'The evidence', kinds: ['records-verified'], countsForMs: COUNTS_FOR.monthly },
  ],
}
