import type { Instant } from '../base/time.ts'
import { faultsOfKey } from './cause-key.ts'
import { wiringOf } from './failing.ts'
import type { DependencyMap, Sighting } from './map.ts'
import type { Cause, SiteStatus, SourceStatus } from './monitor.ts'
import type { Named } from './name-causes.ts'
import { thingOf } from './sightings.ts'
import { SYSTEM_KEY } from './system-causes.ts'

/** The observer that the hub itself is in a map. */
export const HUB = 'hub'

const ANSWERS: { [status in (SourceStatus | SiteStatus)['status']]?: Sighting['answer'] } = {
  current: 'up',
  failing: 'down',
  late: 'down',
  fresh: 'up',
  locked: 'up',
  behind: 'up',
  stale: 'up',
  silent: 'down',
}

/**
 * What the hub sees of sources and sites on its own, as answers for the map: those that the map has. That one is well was so when it was last read, or
 * last spoke (`heardAt`); that it is not is so now.
 */
export function hubSightings(
  map: DependencyMap,
  heard: readonly { status: SourceStatus | SiteStatus; heardAt: Instant | undefined }[],
  now: Instant,
): Sighting[] {
  const known = new Set(map.things.map(({ id }) => id))
  if (!known.has(HUB)) return []
  return heard.flatMap(({ status, heardAt }) => {
    const thing = subjectOf(status)
    const answer = ANSWERS[status.status]
    if (answer === undefined || !known.has(thing)) return []
    const at = answer === 'up' ? (heardAt ?? now) : now
    return [{ thing, observer: HUB, answer, since: 'since' in status ? Math.min(status.since, at) : at, at }]
  })
}

/**
 * The causes to be told, out of what the hub finds on its own and what the map names. A source or site that is down because of something else in the
 * map is a symptom of that; one that is its own cause keeps the words of who knows it best.
 */
export function joinCauses(
  map: DependencyMap,
  known: readonly Cause[],
  named: Named,
  statuses: readonly (SourceStatus | SiteStatus)[],
): Cause[] {
  const faults = [
    ...named.causes.flatMap(({ key }) => faultsOfKey(key)),
    ...named.settling.map(({ thing }) => thing),
  ].toSorted()
  const failing = wiringOf(map).failing(faults)
  const silent = statuses.filter(({ status }) => status === 'silent').map(subjectOf)
  const own = known.filter(({ key }) => {
    if (key.startsWith(SYSTEM_KEY)) return !failing.has(thingOf(map, key.slice(SYSTEM_KEY.length))?.id ?? key)
    if (key === 'sites') return !silent.every((id) => failing.has(id))
    return faults.includes(key) ? !named.settling.some(({ thing }) => thing === key) : !failing.has(key)
  })
  const words = new Set(own.map(({ key }) => key))
  return [...own, ...named.causes.filter(({ key }) => !words.has(key))]
}

function subjectOf(status: SourceStatus | SiteStatus): string {
  return 'siteId' in status ? `site:${status.siteId}` : `source:${status.sourceId}`
}
