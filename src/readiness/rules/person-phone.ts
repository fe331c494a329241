import { isReachable } from '../duty/reachable.ts'
import type { PlanRule } from '../readiness.ts'

/** Who stands in the plan can be called; a desk telephone alone is silent at night and dies with the line. */
export const personPhone: PlanRule = {
  name: 'person-phone',
  serves: 'SAFER 2.2: communication that does not rely on the computing infrastructure',
  reads: ['people'],
  each: true,
  *judge({ people: { people } }) {
    for (const [nth, person] of people.entries()) {
      if (isReachable(person)) continue
      const none = person.phones.length === 0
      yield {
        part: 'people',
        path: ['people', nth, 'phones'],
        weight: none ? 'error' : 'warning',
        says: none ? `${person.name} has no telephone number` : `${person.name} has only a telephone on the desk`,
        instead: 'phones: and the number that rings at night, such as - (608) 555-0100',
      }
    }
  },
}
