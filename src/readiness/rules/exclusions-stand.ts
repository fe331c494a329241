import { DAY } from '../../base/time.ts'
import { addDays, dayOf } from '../../base/zone.ts'
import type { Finding, PlanRule } from '../readiness.ts'

const LONGEST = 366 * DAY

/** What is left out for a time is left out once, and not for ever. */
export const exclusionsStand: PlanRule = {
  name: 'exclusions-stand',
  serves: 'HIPAA 164.308(a)(8): evaluation; what is left out is known, owned and ends',
  reads: ['practice'],
  *judge({ practice: { practice, exclusions } }, { now }) {
    const today = dayOf(now, practice.zone)
    const last = addDays(today, LONGEST / DAY)
    for (const [nth, { check, until }] of exclusions.entries()) {
      const wrong = (key: string, weight: Finding['weight'], says: string, instead: string): Finding => ({
        part: 'practice',
        path: ['exclusions', nth, key],
        weight,
        says: `check ${check} ${says}`,
        instead,
      })
      if (exclusions.findIndex((one) => one.check === check) < nth)
        yield wrong('check', 'error', 'is left out twice', 'one exclusion for each check')
      if (until < today)
        yield wrong('until', 'warning', `was left out until ${until} and is judged again`, 'take the exclusion out')
      if (until > last)
        yield wrong('until', 'error', `is left out until ${until}, more than a year ahead`, `a day up to ${last}`)
    }
  },
}
