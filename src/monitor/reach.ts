import type { Instant } from '../base/time.ts'
import { addDays, type Day, dayOf, instantAt } from '../base/zone.ts'

/** How somebody can be told: an address for each channel. */
export type Reach = { channel: 'email' | 'sms' | 'voice' | 'push'; target: string }

/** Somebody who may be told at some hour of some night. */
export type Reachable = {
  id: string
  name: string
  /** In the order in which they are used; all of them are. */
  reach: readonly Reach[]
  /** First and last day of each leave, both included. */
  away: readonly { from: Day; to: Day }[]
  zone: string
  /** Until when this person must not be woken for what can wait; undefined when they are awake. */
  quietUntil(at: Instant): Instant | undefined
}

/** Why somebody cannot be told now; undefined when they can. */
export function whyNotNow(
  { reach, away, zone }: Pick<Reachable, 'reach' | 'away' | 'zone'>,
  now: Instant,
): string | undefined {
  if (reach.length === 0) return 'there is no address or number for them'
  const today = dayOf(now, zone)
  const leave = away.find(({ from, to }) => from <= today && today <= to)
  return leave === undefined ? undefined : `they are away until ${leave.to}`
}

/** Quiet hours on the wall clock of `zone`, over midnight when `to` is not later than `from`. */
export function quietHours(
  hours: { from: string; to: string } | undefined,
  zone: string,
): (at: Instant) => Instant | undefined {
  if (hours === undefined) return () => undefined
  const { from, to } = hours
  return (at) => {
    const today = dayOf(at, zone)
    return [addDays(today, -1), today]
      .map((day) => ({
        from: instantAt(day, from, zone),
        to: instantAt(to > from ? day : addDays(day, 1), to, zone),
      }))
      .find((span) => span.from <= at && at < span.to)?.to
  }
}
