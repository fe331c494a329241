import { DAY } from '../../base/time.ts'
import type { Finding, PlanRule } from '../readiness.ts'
import { DRILL_KINDS } from '../shape/drills.ts'

const YEAR = 366 * DAY

/** Everything is tried at least once a year: the telephone list, the restore, the failover and back, and once without a word beforehand. */
export const drillsPlanned: PlanRule = {
  name: 'drills-planned',
  serves: 'HIPAA 164.308(a)(7)(ii)(D): testing; SAFER 2.1',
  reads: ['drills'],
  *judge({ drills: { drills } }) {
    const missing = (says: string, instead: string): Finding => ({
      part: 'drills',
      path: ['drills'],
      weight: 'error',
      says,
      instead,
    })
    for (const kind of DRILL_KINDS)
      if (!drills.some((drill) => drill.kind === kind))
        yield missing(`there is no drill of the kind ${kind}`, `a drill with kind: ${kind} and every:`)
    if (!drills.some(({ unannounced }) => unannounced))
      yield missing('every drill is announced', 'unannounced: true on one of them')
    for (const [nth, { name, every }] of drills.entries())
      if (every === undefined || every > YEAR)
        yield {
          part: 'drills',
          path: ['drills', nth, 'every'],
          weight: 'error',
          says: `${name} ${every === undefined ? 'does not say how often it is held' : 'is held less than once a year'}`,
          instead: 'every: 365d, or more often',
        }
  },
}
