import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const x3: Check = {
  id: 'X3',
  group: 'Emergency access',
  says: 'Who looked at what is written down for each person, at sites too, and nothing of it was changed.',
  serves: ['hipaa-audit', 'hipaa-emergency-mode'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'itself',
  wants: () => [
    { subject: 'audit', name: 'The audit trail', kinds: ['records-verified'], countsForMs: COUNTS_FOR.weekly },
  ],
}
