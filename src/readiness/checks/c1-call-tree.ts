import { isReachable } from '../duty/reachable.ts'
import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'
import { faultsBy } from '../judge/wanted.ts'
import type { Plan } from '../readiness.ts'
import { escalationStep } from '../rules/escalation-step.ts'
import type { Person } from '../shape/people.ts'

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
  actFirst: (plan) => (calledBy(plan).every(hasAddress) ? undefined : 'reachable'),
  wants: (plan) =>
    calledBy(plan).map((person) => ({
      subject: `person:${person.id}`,
      name: person.name,
      kinds: ['person-reached'],
      countsForMs: COUNTS_FOR.monthly,
      hurdle: hasAddress(person)
        ? undefined
        : 'no telephone away from the desk and no address stands in the plan, so no test notice can reach them.',
    })),
  none: 'Nobody stands on a roster.',
}

function calledBy(plan: Plan): Person[] {
  const { rosters, escalations } = plan.roster
  const called = new Set([
    ...rosters.flatMap(({ rotations }) => rotations.flatMap(({ people }) => people)),
    ...escalations.flatMap(({ steps }) => steps.flatMap(({ person }) => person ?? [])),
  ])
  return plan.people.people.filter(({ id }) => called.has(id))
}

function hasAddress(person: Person): boolean {
  return isReachable(person) || person.email !== undefined
}
