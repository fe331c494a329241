import { HOUR, type Instant, MINUTE } from '../../base/time.ts'
import { instantsOf } from './when.ts'

/** When each sender last said something: what it says next is not older, where its time alone does not tell. */
export type LastSaid = { of: (sender: string) => Instant | undefined; note: (sender: string, said: Instant) => void }

/** Senders name themselves: there is no end of names. */
const MOST_SENDERS = 1000

export function makeLastSaid(): LastSaid {
  const last = new Map<string, Instant>()
  return {
    of: (sender) => last.get(sender),
    note(sender, said) {
      const newest = Math.max(last.get(sender) ?? said, said)
      last.delete(sender)
      last.set(sender, newest)
      const [oldest] = last.keys()
      if (last.size > MOST_SENDERS && oldest !== undefined) last.delete(oldest)
    },
  }
}

/** How far a sender's clock may be ahead of ours. */
const AHEAD_MS = 5 * MINUTE

/**
 * When a message was said, by its MSH-7 and never later than it came. In the hour that comes twice the order of arrival decides: a time without an
 * offset is the next one after what this sender said last, or no earlier than that.
 */
export function saidAt(text: string, zone: string, now: Instant, last: Instant | undefined): Instant {
  const all = instantsOf(text, zone)
  const possible = all.filter((at) => at <= now + AHEAD_MS)
  const [only, second] = possible.length > 0 ? possible : all
  if (only === undefined || second === undefined) return Math.min(only ?? now, now)
  if (last !== undefined) {
    const next = possible.find((at) => at >= last)
    if (next !== undefined) return Math.min(next, now)
    if (last - second < HOUR) return Math.min(last, now)
  }
  const nearest = Math.abs(second - now) <= Math.abs(only - now) ? second : only
  return Math.min(nearest, now)
}
