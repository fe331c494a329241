import { spanInWords } from '../../base/ago.ts'
import { type Instant, MINUTE, SECOND } from '../../base/time.ts'
import type { Observation } from '../observations/observations.ts'
import type { PowerOrder } from './power.ts'

/** Where the power comes from, by the last answers of the UPS. `at`: of the last answer that said so. */
export type Mains =
  | { is: 'unknown' }
  | { is: 'on'; at: Instant }
  | { is: 'battery' | 'low'; since: Instant; at: Instant; leftMs: number | undefined }

/** A UPS that has been silent for so long while on its battery counts as gone, as NUT's own upsmon has it (DEADTIME). */
export const SIGHT_LOST_MS = MINUTE
/** A reading that nobody has renewed begins nothing: the hub may have been away for hours. */
const OLD_MS = 5 * MINUTE

/**
 * What one more look makes of it. A look without an answer changes nothing: it is neither power that is back nor power that failed. `OB LB` and a
 * forced shutdown (`FSD`) are low; `LB` on the mains is a battery that charges (RFC 9271).
 */
export function followMains(before: Mains, seen: Observation, at: Instant): Mains {
  const status = seen.answer === 'answered' ? seen.measured.find((one) => one.what === 'status')?.value : undefined
  if (typeof status !== 'string') return before
  const words = new Set(status.split(/\s+/))
  if (words.has('FSD') || words.has('OB')) {
    const left = seen.measured.find((one) => one.what === 'battery lasts' && one.unit === 's')?.value
    return {
      is: words.has('FSD') || words.has('LB') ? 'low' : 'battery',
      since: before.is === 'battery' || before.is === 'low' ? before.since : at,
      at,
      leftMs: typeof left === 'number' ? left * SECOND : undefined,
    }
  }
  return words.has('OL') ? { is: 'on', at } : before
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
  if (mains.is === 'low')
    return { outageSince: mains.since, because: `The battery of ${order.ups} is low (${left}), and the mains are out.` }
  const forMs = now - mains.since
  if (forMs < order.afterMs) return undefined
  return {
    outageSince: mains.since,
    because: `${order.ups} has run on its battery for ${spanInWords(forMs)} (${left}).`,
  }
}
