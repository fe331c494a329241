import { spanInWords } from '../../base/ago.ts'
import { type Instant, MINUTE, SECOND } from '../../base/time.ts'
import {
  isLow as isLowByNumbers,
  LOW_LIMITS,
  type UpsPower,
  type UpsSays,
  upsPower,
  wordsOf,
} from '../../base/ups-power.ts'
import type { Observation } from '../observations/observations.ts'
import type { PowerOrder } from './power.ts'

/**
 * Where the power comes from, by the last answers of the UPS. `at`: of the last answer that said so. `why`: what calls the
 * battery low where the UPS did not (LB): the time or charge that is left, or that it cuts the power off itself, which it also does with the mains there.
 */
export type Mains =
  | { is: 'unknown' }
  | { is: 'on'; at: Instant }
  | {
      is: 'battery' | 'low'
      since: Instant
      at: Instant
      leftMs: number | undefined
      chargePercent?: number | undefined
      why?: 'numbers' | 'shutdown'
    }

/** A UPS that has been silent for so long while on its battery counts as gone, as NUT's own upsmon has it (DEADTIME). */
export const SIGHT_LOST_MS = MINUTE
/** A reading that nobody has renewed begins nothing: the hub may have been away for hours. */
const OLD_MS = 5 * MINUTE
/** From here on numbers need no second look. */
const LAST = { runtimeS: 60, chargePercent: 10 }

/**
 * What one more look makes of it. A look without an answer changes nothing: it is neither power that is back nor power that failed. One that
 * contradicts itself is neither as well: who was on the battery stays on it. A battery that only its numbers call low counts from the second look on it: a blip of a second on a
 * small UPS stops nothing. `LB` on the mains is a battery that charges (RFC 9271).
 */
export function followMains(before: Mains, seen: Observation, at: Instant): Mains {
  const says = saysIn(seen)
  if (says === undefined) return before
  const wasOnBattery = before.is === 'battery' || before.is === 'low'
  const power = powerIn(seen, says)
  if (power === 'mains') return { is: 'on', at }
  if (power === 'off') return before
  const isLow = wordsOf(says.status).includes('LB')
  if (!wasOnBattery && (power === 'contradicts' || power === 'unknown')) return { is: 'unknown' }
  if (power === 'unknown' && !isLow) return before
  const why = power === 'shutdown' ? 'shutdown' : isLow ? 'said' : 'numbers'
  const counts = why !== 'numbers' || wasOnBattery || isAtItsEnd(says)
  const isOut = power === 'contradicts' ? before.is === 'low' || isLowByNumbers(says, LOW_LIMITS) : power !== 'battery'
  const low = isOut && counts
  return {
    is: low ? 'low' : 'battery',
    since: wasOnBattery ? before.since : at,
    at,
    leftMs: says.runtimeS === undefined ? undefined : says.runtimeS * SECOND,
    ...(says.chargePercent === undefined ? {} : { chargePercent: says.chargePercent }),
    ...(low && why !== 'said' ? { why } : {}),
  }
}

function isAtItsEnd({ runtimeS, chargePercent }: UpsSays): boolean {
  return (
    (runtimeS !== undefined && runtimeS <= LAST.runtimeS) ||
    (chargePercent !== undefined && chargePercent <= LAST.chargePercent)
  )
}

/** What an answer measured, in the words of a UPS; undefined: it did not answer, or is none. */
function saysIn(seen: Observation): UpsSays | undefined {
  if (seen.answer !== 'answered') return undefined
  const value = (what: string) => seen.measured.find((one) => one.what === what)?.value
  const number = (what: string) => {
    const found = value(what)
    return typeof found === 'number' ? found : undefined
  }
  const status = value('status')
  if (typeof status !== 'string') return undefined
  return {
    status,
    runtimeS: number('battery lasts'),
    chargePercent: number('battery charge'),
    inputVolts: number('mains'),
    loadPercent: number('load'),
  }
}

const POWERS: readonly UpsPower[] = ['mains', 'battery', 'low', 'shutdown', 'off', 'contradicts', 'unknown']

/** As its connector judged it, which knows the limits of this UPS; an answer from before it did is judged here. */
function powerIn(seen: Observation, says: UpsSays): UpsPower {
  const judged = seen.measured.find(({ what }) => what === 'power')?.value
  return POWERS.find((one) => one === judged) ?? upsPower(says)
}

/** Why an order is to begin now, and for which outage; undefined when it is not. */
export function dueToBegin(
  order: Pick<PowerOrder, 'afterMs' | 'ups'>,
  mains: Mains,
  now: Instant,
): { outageSince: Instant; because: string } | undefined {
  if (mains.is !== 'battery' && mains.is !== 'low') return undefined
  if (now - mains.at > Math.max(OLD_MS, order.afterMs)) return undefined
  const left = mains.leftMs === undefined ? 'for how long it does not say' : `${spanInWords(mains.leftMs)} left`
  if (mains.is === 'low') return { outageSince: mains.since, because: lowInWords(order.ups, mains, left) }
  const forMs = now - mains.since
  if (forMs < order.afterMs) return undefined
  return {
    outageSince: mains.since,
    because: `${order.ups} has run on its battery for ${spanInWords(forMs)} (${left}).`,
  }
}

function lowInWords(
  ups: string,
  { why, chargePercent }: Extract<Mains, { is: 'battery' | 'low' }>,
  left: string,
): string {
  if (why === 'shutdown')
    return `${ups} has begun its forced shutdown (FSD): what is behind it loses its power (${left}).`
  const charge = why === 'numbers' && chargePercent !== undefined ? `, ${chargePercent} % charged` : ''
  return `The battery of ${ups} is low (${left}${charge}), and the mains are out.`
}
