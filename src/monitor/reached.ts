import { type Instant, MINUTE } from '../base/time.ts'
import { wallClock } from '../base/zone.ts'

/** Within this time somebody who is called at night has to say that they are there; later, nobody was reached. */
export const REACHED_WITHIN_MS = 10 * MINUTE

/** One test notice to one person by one channel. */
export type ReachTest = {
  person: string
  channel: string
  sentAt: Instant
  deliveredAt: Instant | undefined
  /** When the person said that they have it. */
  answeredAt: Instant | undefined
}

export type Reached = {
  person: string
  tests: number
  /** Answered by any channel within the time. */
  inTime: number
  /** Hours of the day (0 to 23) in which one was answered in time, and in which none was although one was sent. */
  hoursReached: number[]
  hoursMissed: number[]
  lastInTimeAt: Instant | undefined
}

/** One test of one person by all their channels, judged. `tookMs`: until the first answer, if it came in time. */
export type ReachTry = { person: string; sentAt: Instant; channels: string[]; tookMs: number | undefined }

/** The channels of one test are one try. A test that has not had its time yet is not judged. */
export function reachTries(rows: readonly ReachTest[], withinMs: number, now: Instant): ReachTry[] {
  const tries = Map.groupBy(rows, ({ person, sentAt }) => `${person}\n${sentAt}`)
  return Array.from(tries.values(), (all): ReachTry => {
    const [first] = all
    const times = all.flatMap(({ answeredAt, sentAt }) =>
      answeredAt !== undefined && answeredAt - sentAt <= withinMs ? [answeredAt - sentAt] : [],
    )
    return {
      person: first?.person ?? '',
      sentAt: first?.sentAt ?? 0,
      channels: all.map(({ channel }) => channel),
      tookMs: times.length === 0 ? undefined : Math.min(...times),
    }
  }).filter(({ tookMs, sentAt }) => tookMs !== undefined || now - sentAt > withinMs)
}

/**
 * Whether people can be reached, by the only proof there is: they answered, within `withinMs`. An hour never tried is in neither list.
 */
export function reachedByHour(rows: readonly ReachTest[], zone: string, withinMs: number, now: Instant): Reached[] {
  const judged = reachTries(rows, withinMs, now).map((one) => ({ ...one, inTime: one.tookMs !== undefined }))
  return Array.from(
    Map.groupBy(judged, ({ person }) => person),
    ([person, all]) => {
      const hours = (inTime: boolean): number[] =>
        [
          ...new Set(all.filter((one) => one.inTime === inTime).map(({ sentAt }) => wallClock(sentAt, zone).hour)),
        ].toSorted((a, b) => a - b)
      const good = all.filter(({ inTime }) => inTime)
      return {
        person,
        tests: all.length,
        inTime: good.length,
        hoursReached: hours(true),
        hoursMissed: hours(false).filter((hour) => !hours(true).includes(hour)),
        lastInTimeAt: good.length === 0 ? undefined : Math.max(...good.map(({ sentAt }) => sentAt)),
      }
    },
  ).toSorted((a, b) => (a.person < b.person ? -1 : 1))
}
