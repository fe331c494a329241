import { spanInWords } from '../../../base/ago.ts'
import { type Answer, type Finding, LIMITS } from '../standby.ts'
import type { View } from '../view.ts'

/** A clock that is off makes every age on that side wrong, and sign-ins and certificates fail for no visible reason. */
export function clocks({ look }: View): Finding[] {
  return (['primary', 'standby'] as const).flatMap((side): Finding[] => {
    const off = offBy(look[side])
    if (off === undefined || Math.abs(off) <= LIMITS.skewMs) return []
    return [
      {
        fault: 'clock-skew',
        because: `The clock of the ${side} is ${spanInWords(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} the hub's.`,
        remedy: 'Look at the time service of both machines (chronyc tracking). Positions do not depend on it; ages do.',
      },
    ]
  })
}

/** Only what cannot be the length of the look itself. */
function offBy(answer: Answer): number | undefined {
  if (!answer.answered) return undefined
  const { clock } = answer.said
  if (clock > answer.answeredAt) return clock - answer.answeredAt
  return clock < answer.askedAt ? clock - answer.askedAt : 0
}
