import type { Check } from '../judge/check.ts'
import { faultsBy, ofEach } from '../judge/wanted.ts'
import { escalationStep } from '../rules/escalation-step.ts'

export const c1: Check = {
  id: 'C1',
  group: 'Communication',
  says: 'Everybody who would be called was reached, and each step of the call leads to somebody.',
  serves: ['safer-2.2', 'nist-activation', 'update-weekend'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'people',
  written: (plan, now) => faultsBy(escalationStep, plan, now),
  wants: (plan) => {
    const { rosters, escalations } = plan.roster
    const called = new Set([
      ...rosters.flatMap(({ rotations }) => rotations.flatMap(({ people }) => people)),
      ...escalations.flatMap(({ steps }) => steps.flatMap(({ person }) => person ?? [])),
    ])
    return ofEach(
      'person',
      plan.people.people.filter(({ id }) => called.has(id)),
      'person-reached',
      'monthly',
    )
  },
  none: 'Nobody stands on a roster.',
}
