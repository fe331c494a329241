import type { PlanRule } from '../readiness.ts'
import { idsLeftOut } from './ids-left-out.ts'
import { idsOf, LISTED, LISTS } from './references.ts'

/** An id that is there twice means two things, and nobody knows which. */
export const repeatedId: PlanRule = {
  name: 'repeated-id',
  serves: 'a reference must lead to one thing',
  reads: [],
  *judge(plan, { leftOut }) {
    for (const kind of LISTED) {
      const { part, list, word } = LISTS[kind]
      const seen = new Set(idsLeftOut(leftOut, kind))
      for (const [nth, id] of idsOf(plan, kind).entries()) {
        if (seen.has(id))
          yield {
            part,
            path: [list, nth, 'id'],
            weight: 'error',
            says: `the ${word} "${id}" is there twice`,
            instead: 'another id, or take one of the two out',
          }
        seen.add(id)
      }
    }
  },
}
