import { MINUTE } from '../../base/time.ts'
import { causesOf, type Seen } from '../../monitor/causes.ts'
import { type Wiring, wiringOf } from '../../monitor/failing.ts'
import { hubSightings, joinCauses } from '../../monitor/known-causes.ts'
import type { Alarm, Cause } from '../../monitor/monitor.ts'
import { nameCauses } from '../../monitor/name-causes.ts'
import { dependencyMap, sightings } from '../../monitor/sightings/store.ts'
import type { Centre } from './centre.ts'

/** What somebody must act on, and which alarms must not end yet. */
export type Causes = { causes: Cause[]; notOver: string[]; wiring: Wiring | undefined }

/** How often things are asked, and so how long an answer counts and how long a naming waits for those that are due. */
export type ProbePace = { everyMs: number }

const PROBE_EVERY_MS = MINUTE

/**
 * Names the causes: of what the hub finds of sources and sites on its own, and, where the practice has drawn a dependency map, of what all observers
 * find of the things in it.
 */
export async function watchCauses(
  centre: Pick<Centre, 'db' | 'clock'>,
  seen: Omit<Seen, 'open'>,
  open: readonly Alarm[],
  { everyMs }: ProbePace = { everyMs: PROBE_EVERY_MS },
): Promise<Causes> {
  const known = causesOf({ ...seen, open: open.map(({ key }) => key) })
  const map = await dependencyMap(centre.db)
  if (map === undefined) return { causes: known, notOver: [], wiring: undefined }
  const statuses = [...seen.sources, ...seen.sites].map(({ status }) => status)
  const found = [...(await sightings(centre.db)), ...hubSightings(map, statuses, seen.now)]
  const wiring = wiringOf(map)
  const pace = { freshMs: 3 * everyMs, settleMs: 2 * everyMs }
  const named = nameCauses(map, found, open, seen.now, pace, wiring)
  return { causes: joinCauses(map, known, named, statuses), notOver: named.notOver, wiring }
}
