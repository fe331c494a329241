import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const g8: Check = {
  id: 'G8',
  group: 'Governance',
  says: 'Each new or changed system was followed by a look at the plan.',
  serves: ['hipaa-testing', 'practice-guide'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'review',
  wants: () => [
    { subject: 'plan', name: 'Reviews of the plan', kinds: ['plan-reviews-seen'], countsForMs: COUNTS_FOR.weekly },
  ],
}
