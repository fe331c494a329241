import { didYouMean } from '../../base/did-you-mean.ts'
import type { PlanRule } from '../readiness.ts'
import { idsLeftOut, isListOpen } from './ids-left-out.ts'
import { idsOf, LISTED, LISTS, referencesIn } from './references.ts'

/** Who is named must be there: a plan outlives the people and machines in it. */
export const danglingId: PlanRule = {
  name: 'dangling-id',
  serves: 'HIPAA 164.308(a)(7)(ii)(D): revision of contingency plans',
  reads: [],
  *judge(plan, { unread, leftOut }) {
    const known = new Map(LISTED.map((kind) => [kind, new Set([...idsOf(plan, kind), ...idsLeftOut(leftOut, kind)])]))
    for (const { part, path, id, to } of referencesIn(plan)) {
      const ids = known.get(to) ?? new Set<string>()
      const { part: home, word } = LISTS[to]
      if (unread.has(home) || ids.has(id) || isListOpen(leftOut, to)) continue
      yield {
        part,
        path,
        weight: 'error',
        says: `there is no ${word} "${id}".${didYouMean(id, ids)}`,
        instead: `the id of a ${word} in ${home}.yaml, or add it there`,
      }
    }
  },
}
