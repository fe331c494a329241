import { DAY } from '../../base/time.ts'
import { zoneOf } from '../duty/on-call.ts'
import { gapsIn } from '../duty/periods.ts'
import { momentInWords } from '../duty/said.ts'
import type { Check } from '../judge/check.ts'

const AHEAD = 30 * DAY

export const g2: Check = {
  id: 'G2',
  group: 'Governance',
  says: 'Somebody answers for the plan, and every night of the next 30 days has a name on the roster.',
  serves: ['nist-activation', 'hipaa-emergency-mode', 'update-weekend'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'roster',
  written: (plan, now) => {
    const { coordinator, deputy, securityOfficial } = plan.practice
    return [
      ...(coordinator === undefined ? ['Nobody coordinates the plan.'] : []),
      ...(deputy === undefined ? ['Nobody stands in for the coordinator.'] : []),
      ...(securityOfficial === undefined ? ['Nobody is the security official.'] : []),
      ...(plan.roster.rosters.length === 0 ? ['The plan has no roster.'] : []),
      ...plan.roster.rosters.flatMap((roster) => {
        const [gap] = gapsIn(plan, roster, { from: now, to: now + AHEAD })
        return gap === undefined
          ? []
          : [`${roster.name}: nobody is on call from ${momentInWords(gap.from, zoneOf(plan, roster))}.`]
      }),
    ]
  },
}
