import type { Instant } from '../base/time.ts'
import type { DependencyMap, Sighting, Thing } from './map.ts'
import { judgeObserver } from './observations/judge-system.ts'
import type { ObserverFacts, SystemStatusWord } from './observations/observations.ts'

/** The thing of the map that a probe tells of: named by its own id, or as the only one in which people meet a system. */
export function thingOf(map: DependencyMap, systemId: string): Thing | undefined {
  const own = map.things.find(({ id }) => id === systemId)
  if (own !== undefined) return own
  const [only, another] = map.things.filter(({ system }) => system === systemId)
  return another === undefined ? only : undefined
}

/**
 * What all observers found, as the map is asked: one answer for each thing from each vantage point. A thing that answers one probe and not another
 * from the same place does not do its work: it is down. One that answers with a complaint is up; the complaint is an alarm of its own.
 */
export function sightingsOf(map: DependencyMap, observers: readonly ObserverFacts[], now: Instant): Sighting[] {
  const seen = observers.flatMap((observer) => {
    const thing = thingOf(map, observer.systemId)?.id
    const { last } = observer
    if (thing === undefined || last === undefined) return []
    const answer = ANSWERS[judgeObserver(observer, now).status]
    const at = saidAt(last)
    return [{ thing, observer: observer.from, answer, since: Math.min(sameFrom(observer) ?? at, at), at }]
  })
  return [...Map.groupBy(seen, ({ thing, observer }) => `${thing}\n${observer}`).values()].flatMap((its) => {
    const answer = WORST_FIRST.find((word) => its.some((one) => one.answer === word))
    const saying = its.filter((one) => one.answer === answer)
    const [first] = saying
    if (first === undefined) return []
    return [
      {
        ...first,
        since: Math.min(...saying.map(({ since }) => since)),
        at: Math.max(...saying.map(({ at }) => at)),
      },
    ]
  })
}

/** Since when its answer has counted: what never answered counts as down only after a while, and not from before that. */
function sameFrom({ sameSince, unheardSince, firstAnswerMs }: ObserverFacts): Instant | undefined {
  if (sameSince === undefined || unheardSince === undefined) return sameSince
  return Math.max(sameSince, unheardSince + firstAnswerMs)
}

/** When what an observer last said was so: as it looked, or when somebody else did and told it. */
export function saidAt({ at, observation: { asOf } }: NonNullable<ObserverFacts['last']>): Instant {
  return asOf === undefined ? at : Math.min(at, asOf)
}

const ANSWERS: { [status in SystemStatusWord]: Sighting['answer'] } = {
  down: 'down',
  failing: 'up',
  watch: 'up',
  well: 'up',
  unknown: 'unknown',
  'not-observable': 'unobservable',
}

/** One probe that is just being asked again says nothing yet: what the others find from the same place must wait for it. */
const WORST_FIRST: readonly Sighting['answer'][] = ['down', 'unknown', 'up', 'unobservable']
