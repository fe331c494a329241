import { LONGEST } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const t4: Check = {
  id: 'T4',
  group: 'Training and tests',
  says: 'Somebody read the plan within the year and signed that it holds.',
  serves: ['hipaa-testing', 'safer-2.3'],
  every: 'yearly',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'review',
  wants: ({ practice: { reviewEvery } }) => [
    { subject: 'plan', name: 'The plan', kinds: ['plan-looked-over'], countsForMs: Math.min(reviewEvery, LONGEST) },
  ],
}
