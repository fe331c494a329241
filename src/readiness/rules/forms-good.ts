import { DAY } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import type { Finding, PlanRule } from '../readiness.ts'

const SOON = 30 * DAY

/** What lies in the lockbox may still be used, and there is enough of it for a day. */
export const formsGood: PlanRule = {
  name: 'forms-good',
  serves: 'SAFER 1.3: paper forms replace key functions',
  reads: ['practice', 'forms'],
  each: true,
  *judge({ practice: { practice }, forms: { forms } }, { now }) {
    const today = dayOf(now, practice.zone)
    const soon = dayOf(now + SOON, practice.zone)
    for (const [nth, { name, version, goodUntil, perSite }] of forms.entries()) {
      const lacks = (key: string, weight: Finding['weight'], says: string, instead: string): Finding => ({
        part: 'forms',
        path: ['forms', nth, key],
        weight,
        says: `${name} ${says}`,
        instead,
      })
      if (version === undefined) yield lacks('version', 'error', 'has no version', 'version: and what is printed on it')
      if (perSite === undefined)
        yield lacks(
          'perSite',
          'error',
          'does not say how many lie at each site',
          'perSite: and the number for one full clinic day',
        )
      if (goodUntil !== undefined && goodUntil <= soon)
        yield lacks(
          'goodUntil',
          goodUntil < today ? 'error' : 'warning',
          goodUntil < today ? `must not be used since ${goodUntil}` : `must not be used after ${goodUntil}`,
          'the new version, printed and in every lockbox, and its goodUntil',
        )
    }
  },
}
