import { DAY } from '../../base/time.ts'
import { leaveOf } from '../duty/leave.ts'
import { isReachable } from '../duty/reachable.ts'
import type { Plan, PlanRule } from '../readiness.ts'
import type { Person } from '../shape/people.ts'
import type { Step } from '../shape/roster.ts'

const MONTH = 30 * DAY

/** Each step of an escalation can come, and reaches somebody when it does. */
export const escalationStep: PlanRule = {
  name: 'escalation-step',
  serves: 'SAFER 2.2, 2.3; an escalation that moves on without an answer',
  reads: ['practice', 'people', 'roster', 'vendors'],
  *judge(plan, { now }) {
    for (const [nth, { name, steps }] of plan.roster.escalations.entries()) {
      const path = (at: number, key: string) => ['escalations', nth, 'steps', at, key]
      const stuck = steps.findIndex(({ wait }, at) => wait === undefined && at < steps.length - 1)
      if (stuck >= 0)
        yield {
          part: 'roster',
          path: ['escalations', nth, 'steps', stuck],
          weight: 'error',
          says: `${name}: this step waits for ever, so the ${steps.length - 1 - stuck} after it never come`,
          instead: 'wait: and how long, such as 10m',
        }
      const said = new Map<string, number>()
      for (const [at, step] of steps.entries()) {
        const [key, id] = targetOf(step)
        const before = said.get(`${key} ${id}`)
        said.set(`${key} ${id}`, at)
        const because = whyNobody(plan, step, now)
        if (because !== undefined)
          yield {
            part: 'roster',
            path: path(at, key),
            weight: 'error',
            says: `${name}: this step reaches nobody: ${because}`,
            instead: 'somebody who can be reached, or take the step out',
          }
        else if (before !== undefined && before === at - 1)
          yield {
            part: 'roster',
            path: path(at, key),
            weight: 'warning',
            says: `${name}: this step calls the same as the one before it`,
            instead: 'somebody else, or a longer wait in the step before',
          }
      }
    }
  },
}

function targetOf(step: Step): ['roster' | 'role' | 'person' | 'vendor', string] {
  if (step.roster !== undefined) return ['roster', step.roster]
  if (step.role !== undefined) return ['role', step.role]
  if (step.person !== undefined) return ['person', step.person]
  return ['vendor', step.vendor ?? '']
}

/** Ids that lead nowhere are told by another rule. */
function whyNobody(plan: Plan, step: Step, now: number): string | undefined {
  const [key, id] = targetOf(step)
  if (key === 'vendor') {
    const vendor = plan.vendors.vendors.find((one) => one.id === id)
    return vendor !== undefined && vendor.tiers.every(({ phone }) => phone === undefined)
      ? `${vendor.name} has no telephone number in its tiers`
      : undefined
  }
  const people = peopleOf(plan, key, id)
  if (people === undefined) return undefined
  if (people.length === 0) return key === 'role' ? 'nobody has this role' : 'nobody stands on this roster'
  if (!people.some(isReachable)) return `${names(people)} cannot be called away from the desk`
  const away = people.every((person) => !isReachable(person) || isAwayThrough(person, plan, now))
  return away ? `${names(people.filter(isReachable))} is on leave for the next 30 days` : undefined
}

function peopleOf(plan: Plan, key: 'roster' | 'role' | 'person', id: string): Person[] | undefined {
  const all = plan.people.people
  if (key === 'person') {
    const found = all.filter((person) => person.id === id)
    return found.length === 0 ? undefined : found
  }
  if (key === 'role') {
    if (!plan.people.roles.some((role) => role.id === id)) return undefined
    return all.filter((person) => person.roles.includes(id))
  }
  const roster = plan.roster.rosters.find((one) => one.id === id)
  if (roster === undefined) return undefined
  const named = new Set([
    ...roster.rotations.flatMap(({ people }) => people),
    ...[...roster.shifts, ...roster.overrides].map(({ person }) => person),
  ])
  return all.filter((person) => named.has(person.id))
}

function isAwayThrough(person: Person, plan: Plan, now: number): boolean {
  return leaveOf(person, plan.practice.practice.zone).some(({ from, to }) => from <= now && to >= now + MONTH)
}

function names(people: readonly Person[]): string {
  return people.map(({ name }) => name).join(', ')
}
