import { spanInWords } from '../../../base/ago.ts'
import { type Finding, LIMITS } from '../standby.ts'
import { isSilent, type View } from '../view.ts'

/** A side that does not let itself be asked. What the other side says of it is no substitute. */
export function answers(view: View): Finding[] {
  return (['primary', 'standby'] as const).flatMap((side): Finding[] => {
    const answer = view.look[side]
    if (answer.answered) return expiring(view, side)
    if (answer.why === 'sign-in' || answer.why === 'rights')
      return [
        {
          fault: 'credentials-expired',
          because: `${answer.because} The ${side} runs, but nobody knows what it has.`,
          remedy:
            'Give the account of Holdfast a new password or its rights on the primary (they reach the standby by themselves) and set it in the configuration of the hub.',
        },
      ]
    if (!isSilent(view, side)) return []
    return [
      {
        fault: `${side}-unreachable`,
        because: answer.because,
        remedy:
          side === 'standby'
            ? 'Look at its machine and at the line to it. Until it answers, count it as not there. Do not drop its slot in haste: without it a new copy is needed.'
            : 'Ask somebody at another place whether the primary serves there: unreachable from here proves nothing. Do not promote the standby before the primary is proven to be stopped.',
      },
    ]
  })
}

function expiring(view: View, side: 'primary' | 'standby'): Finding[] {
  const said = view[side]
  if (side === 'standby' || said?.accountUntil === undefined) return []
  const leftMs = said.accountUntil - said.clock
  if (leftMs > LIMITS.accountMs) return []
  return [
    {
      fault: 'credentials-expiring',
      because: `The account of Holdfast is let in for only ${spanInWords(leftMs)} more (VALID UNTIL).`,
      remedy: 'ALTER ROLE ... VALID UNTIL a later day, on the primary.',
    },
  ]
}
