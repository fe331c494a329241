import type { Check } from '../judge/check.ts'
import { faultsBy } from '../judge/wanted.ts'
import { criticalityAnalysis } from '../rules/criticality-analysis.ts'

export const g4: Check = {
  id: 'G4',
  group: 'Governance',
  says: 'Each system has its criticality, its times, its owner and a way to work without it.',
  serves: ['hipaa-criticality', 'nist-impact'],
  every: 'yearly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'plan',
  written: (plan, now) => [
    ...(plan.systems.systems.length === 0 ? ['The plan names no system.'] : []),
    ...faultsBy(criticalityAnalysis, plan, now),
  ],
}
