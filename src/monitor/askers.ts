import type { Instant } from '../base/time.ts'
import type { DependencyMap, Probe } from './map.ts'
import { askedAgainMs, judgeObserver } from './observations/judge-system.ts'
import type { ObserverFacts } from './observations/observations.ts'
import { saidAt, thingOf } from './sightings.ts'

/** Who asks one thing from one place again and again, as far as a naming waits for what it says next. */
export type Asker = Pick<Probe, 'thing' | 'observer'> & {
  /** When what it last said was so. Undefined: it has said nothing that counts, or is just asking again. */
  toldAt: Instant | undefined
  /** When it asks next. */
  nextAt: Instant
  /** From any moment on it has said something that counts after so long. */
  turnMs: number
}

/** The probes that are at work on the things of a map. */
export function askersOf(map: DependencyMap, observers: readonly ObserverFacts[], now: Instant): Asker[] {
  return observers.flatMap((observer) => {
    const thing = thingOf(map, observer.systemId)?.id
    if (thing === undefined) return []
    const { last, missed, misses, everyMs } = observer
    const counts = judgeObserver(observer, now).status !== 'unknown'
    const pauseMs = missed > 0 && missed < misses ? askedAgainMs(everyMs) : everyMs
    return [
      {
        thing,
        observer: observer.from,
        toldAt: last !== undefined && counts ? saidAt(last) : undefined,
        nextAt: last === undefined ? now : last.at + pauseMs,
        turnMs: turnMsOf(observer),
      },
    ]
  })
}

/** Its interval and the time that an answer may take, and the same again for each look that has to stay without one before that counts. */
function turnMsOf({ everyMs, deadlineMs, misses }: ObserverFacts): number {
  return everyMs + deadlineMs + (misses - 1) * (askedAgainMs(everyMs) + deadlineMs)
}

/**
 * Until when the naming of something that began at `since` waits for probes that tell: until each has spoken once since then, or its turn is over, and
 * never past `latest`. One that asks only after that, and one that nobody is at work with, is not waited for.
 */
export function waitsUntil(
  telling: readonly Pick<Probe, 'thing' | 'observer'>[],
  askers: readonly Asker[],
  since: Instant,
  latest: Instant,
): Instant {
  const ends = askers.flatMap(({ thing, observer, toldAt, nextAt, turnMs }) => {
    const tells = telling.some((one) => one.thing === thing && one.observer === observer)
    return tells && nextAt < latest && (toldAt === undefined || toldAt < since) ? [since + turnMs] : []
  })
  return Math.min(latest, Math.max(since, ...ends))
}
