import { SECOND } from '../../base/time.ts'
import { askersOf } from '../../monitor/askers.ts'
import { causesOf, type Seen } from '../../monitor/causes.ts'
import { type Wiring, wiringOf } from '../../monitor/failing.ts'
import { hubSightings, joinCauses } from '../../monitor/known-causes.ts'
import type { DependencyMap } from '../../monitor/map.ts'
import { dependencyMap } from '../../monitor/map-store/store.ts'
import type { Alarm, Cause } from '../../monitor/monitor.ts'
import { nameCauses } from '../../monitor/name-causes.ts'
import { judgeSystem } from '../../monitor/observations/judge-system.ts'
import type { ObserverFacts } from '../../monitor/observations/observations.ts'
import { observersOf } from '../../monitor/observations/store.ts'
import { sightingsOf } from '../../monitor/sightings.ts'
import { withVerdicts } from '../../monitor/standby/join-map.ts'
import type { WatchedPair } from '../../monitor/standby/standby-causes.ts'
import { systemCauses } from '../../monitor/system-causes.ts'
import type { Centre } from './centre.ts'
import { type MappedSource, mapNow } from './map-now.ts'

/** What somebody must act on, and which alarms must not end yet. */
export type Causes = {
  causes: Cause[]
  notOver: string[]
  wiring: Wiring | undefined
  /** Which things of the map are a primary and its standby. */
  pairs: NonNullable<DependencyMap['pairs']>
}

/** What is asked more seldom than this does not make a naming wait for longer. */
const LONGEST_WAIT_MS = 60 * SECOND

/**
 * Names the causes: of what the hub finds of sources and sites on its own, of systems that need somebody, and, where the practice has drawn a dependency
 * map, of what all observers find of the things in it.
 */
export async function watchCauses(
  centre: Pick<Centre, 'db' | 'clock'>,
  seen: Omit<Seen, 'open'>,
  open: readonly Alarm[],
  sources: readonly MappedSource[],
  pairs: readonly WatchedPair[] = [],
): Promise<Causes> {
  const { now } = seen
  const observers = await observersOf(centre.db)
  const systems = [...Map.groupBy(observers, ({ systemId }) => systemId)].map(([systemId, its]) =>
    judgeSystem(systemId, its, now),
  )
  const drawn = await dependencyMap(centre.db)
  const known = [...causesOf({ ...seen, open: open.map(({ key }) => key) }), ...systemCauses(systems, drawn, now)]
  if (drawn === undefined) return { causes: known, notOver: [], wiring: undefined, pairs: [] }
  const map = withVerdicts(mapNow(drawn, observers, sources), pairs)
  const heard = [
    ...seen.sources.map(({ status, readAt }) => ({ status, heardAt: readAt })),
    ...seen.sites.map(({ status, facts }) => ({ status, heardAt: facts.heardAt })),
  ]
  const found = [...sightingsOf(map, observers, now), ...hubSightings(map, heard, now)]
  const wiring = wiringOf(map)
  const named = nameCauses(
    map,
    found,
    open,
    now,
    // What is too old by its own probe's interval was judged unknown before.
    { freshMs: Number.POSITIVE_INFINITY, settleMs: settleMsOf(observers), askers: askersOf(map, observers, now) },
    wiring,
  )
  const statuses = heard.map(({ status }) => status)
  return { causes: joinCauses(map, known, named, statuses), notOver: named.notOver, wiring, pairs: map.pairs ?? [] }
}

/** However many probes could still tell, no naming waits for longer than the quick ones take for two turns. */
function settleMsOf(observers: readonly ObserverFacts[]): number {
  const quick = observers.map(({ everyMs }) => everyMs).filter((everyMs) => everyMs <= LONGEST_WAIT_MS)
  return 2 * Math.max(5 * SECOND, ...quick)
}
