import type { Check } from '../judge/check.ts'
import { faultsBy } from '../judge/wanted.ts'
import { causesAnswered } from '../rules/causes-answered.ts'

export const g5: Check = {
  id: 'G5',
  group: 'Governance',
  says: 'Each cause at each scope has a written answer of its own.',
  serves: ['hipaa-contingency', 'practice-guide'],
  every: 'yearly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'plan',
  written: (plan, now) => faultsBy(causesAnswered, plan, now),
}
