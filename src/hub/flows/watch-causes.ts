import { SECOND } from '../../base/time.ts'
import { causesOf, type Seen } from '../../monitor/causes.ts'
import { type Wiring, wiringOf } from '../../monitor/failing.ts'
import { hubSightings, joinCauses } from '../../monitor/known-causes.ts'
import { dependencyMap } from '../../monitor/map-store/store.ts'
import type { Alarm, Cause } from '../../monitor/monitor.ts'
import { nameCauses } from '../../monitor/name-causes.ts'
import { judgeSystem, tooOldMs } from '../../monitor/observations/judge-system.ts'
import type { ObserverFacts } from '../../monitor/observations/observations.ts'
import { observersOf } from '../../monitor/observations/store.ts'
import { sightingsOf } from '../../monitor/sightings.ts'
import { systemCauses } from '../../monitor/system-causes.ts'
import type { Centre } from './centre.ts'
import { type MappedSource, mapNow } from './map-now.ts'

/** What somebody must act on, and which alarms must not end yet. */
export type Causes = { causes: Cause[]; notOver: string[]; wiring: Wiring | undefined }

/** Of what is asked more seldom than this, a naming does not wait for the next answer. */
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
): Promise<Causes> {
  const { now } = seen
  const observers = await observersOf(centre.db)
  const systems = [...Map.groupBy(observers, ({ systemId }) => systemId)].map(([systemId, its]) =>
    judgeSystem(systemId, its, now),
  )
  const drawn = await dependencyMap(centre.db)
  const known = [...causesOf({ ...seen, open: open.map(({ key }) => key) }), ...systemCauses(systems, drawn, now)]
  if (drawn === undefined) return { causes: known, notOver: [], wiring: undefined }
  const map = mapNow(drawn, observers, sources)
  const statuses = [...seen.sources, ...seen.sites].map(({ status }) => status)
  const found = [...sightingsOf(map, observers, now), ...hubSightings(map, statuses, now)]
  const wiring = wiringOf(map)
  const named = nameCauses(map, found, open, now, paceOf(observers), wiring)
  return { causes: joinCauses(map, known, named, statuses), notOver: named.notOver, wiring }
}

/** An answer counts until its probe is long overdue (each is judged by its own interval before); a naming waits until the quick ones had their turn. */
function paceOf(observers: readonly ObserverFacts[]): { freshMs: number; settleMs: number } {
  const slowest = Math.max(LONGEST_WAIT_MS, ...observers.map(({ everyMs }) => everyMs))
  const quick = observers.map(({ everyMs }) => everyMs).filter((everyMs) => everyMs <= LONGEST_WAIT_MS)
  return { freshMs: tooOldMs(slowest), settleMs: 2 * Math.max(5 * SECOND, ...quick) }
}
