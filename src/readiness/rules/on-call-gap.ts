import { DAY, type Instant } from '../../base/time.ts'
import { zoneOf } from '../duty/on-call.ts'
import { type DutyPeriod, gapsIn } from '../duty/periods.ts'
import { momentInWords, spanAsWritten } from '../duty/said.ts'
import type { PlanRule } from '../readiness.ts'

export const LOOK_AHEAD = 90 * DAY
const SHOWN = 3

/** On each of the next 90 days, through leave and the nights on which the clocks change, somebody is on call. */
export const onCallGap: PlanRule = {
  name: 'on-call-gap',
  serves: 'HIPAA 164.308(a)(7)(ii)(C); every night of the roster has a name',
  reads: ['practice', 'people', 'roster'],
  *judge(plan, { now }) {
    for (const [nth, roster] of plan.roster.rosters.entries()) {
      const gaps = gapsIn(plan, roster, { from: now, to: now + LOOK_AHEAD })
      if (gaps.length === 0) continue
      const zone = zoneOf(plan, roster)
      const said = gaps.slice(0, SHOWN).map((gap) => gapInWords(gap, zone, now))
      const more = gaps.length > SHOWN ? ` and ${gaps.length - SHOWN} more times` : ''
      yield {
        part: 'roster',
        path: ['rosters', nth, 'id'],
        weight: 'error',
        says: `${roster.name}: nobody is on call ${said.join(', ')}${more}`,
        instead: 'an override for that time, or a second rotation whose people stand in',
      }
    }
  },
}

function gapInWords({ from, to, onCall }: DutyPeriod, zone: string, now: Instant): string {
  const away = onCall.passedOver.length === 0 ? '' : ` (${onCall.passedOver.join(' and ')} on leave)`
  const end = to >= now + LOOK_AHEAD ? 'on' : `for ${spanAsWritten(to - from)}`
  return `from ${momentInWords(from, zone)} ${end}${away}`
}
