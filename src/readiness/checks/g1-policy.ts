import { instantAt } from '../../base/zone.ts'
import { LONGEST } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const g1: Check = {
  id: 'G1',
  group: 'Governance',
  says: 'The policy stands: approved, dated, by somebody with a name.',
  serves: ['hipaa-contingency', 'hipaa-records', 'nist-policy', 'safer-2.3'],
  every: 'yearly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'review',
  written: ({ practice: { approved, reviewEvery, practice } }, now) => {
    if (approved === undefined) return ['Nobody has approved the plan.']
    const until = instantAt(approved.on, '00:00', practice.zone) + Math.min(reviewEvery, LONGEST)
    return until < now ? [`The approval of ${approved.on} is too old.`] : []
  },
}
