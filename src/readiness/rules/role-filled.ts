import { isReachable } from '../duty/reachable.ts'
import type { PlanRule } from '../readiness.ts'

/** Each role of a downtime has somebody whom a telephone reaches away from the desk. */
export const roleFilled: PlanRule = {
  name: 'role-filled',
  serves: 'HIPAA 164.308(a)(7)(ii)(C): emergency mode operation; SAFER 2.3',
  reads: ['people'],
  *judge({ people: { roles, people } }) {
    for (const [nth, role] of roles.entries()) {
      const holders = people.filter((person) => person.roles.includes(role.id))
      const reachable = holders.filter(isReachable)
      const path = ['roles', nth, 'id']
      if (holders.length === 0)
        yield {
          part: 'people',
          path,
          weight: 'error',
          says: `nobody is ${role.name}`,
          instead: `${role.id} among the roles of at least two people`,
        }
      else if (reachable.length === 0)
        yield {
          part: 'people',
          path,
          weight: 'error',
          says: `${role.name} cannot be reached: ${holders.map(({ name }) => name).join(', ')} ${holders.length === 1 ? 'has' : 'have'} no telephone away from the desk`,
          instead: 'a mobile, home or pager number for one of them, or another person with this role',
        }
      else if (reachable.length === 1)
        yield {
          part: 'people',
          path,
          weight: 'warning',
          says: `only ${reachable[0]?.name} can be reached as ${role.name}: nobody takes over when that person is ill`,
          instead: 'a second person with this role',
        }
    }
  },
}
