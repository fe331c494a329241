import { HUB } from '../../monitor/known-causes.ts'
import type { DependencyMap, Thing } from '../../monitor/map.ts'
import type { ObserverFacts } from '../../monitor/observations/observations.ts'
import { thingOf } from '../../monitor/sightings.ts'

/** A source of the hub: `reads` is the thing of the map that it is read from. */
export type MappedSource = { id: string; name: string; reads: string | undefined }

/**
 * The dependency map as it is looked at now: what the practice drew, with what the hub knows besides. The hub and each other place that somebody looks
 * from stand in it, each source that names what it reads, and every probe that is at work.
 */
export function mapNow(
  drawn: DependencyMap,
  observers: readonly ObserverFacts[],
  sources: readonly MappedSource[],
): DependencyMap {
  const known = new Set(drawn.things.map(({ id }) => id))
  const places = [...new Set([HUB, ...observers.map(({ from }) => from)])]
  const vantages = places
    .filter((id) => !known.has(id))
    .map((id): Thing => ({ id, name: id === HUB ? 'The hub' : id, kind: 'vantage', needs: [] }))
  const readings = sources
    .filter(({ id, reads }) => reads !== undefined && known.has(reads) && !known.has(`source:${id}`))
    .map(
      ({ id, name, reads = '' }): Thing => ({
        id: `source:${id}`,
        name: `The source ${name}`,
        kind: 'interface',
        needs: [reads],
      }),
    )
  const things = [...drawn.things, ...vantages, ...readings]
  const asked = observers.flatMap(({ systemId, from }) => {
    const thing = thingOf(drawn, systemId)?.id
    return thing === undefined ? [] : [{ thing, observer: from }]
  })
  const own = things.filter(({ id }) => /^(site|source):/.test(id)).map(({ id }) => ({ thing: id, observer: HUB }))
  const told = new Set(drawn.probes.map(({ thing, observer }) => `${thing}\n${observer}`))
  const more = [...asked, ...own].filter(({ thing, observer }) => {
    const key = `${thing}\n${observer}`
    return !told.has(key) && told.add(key)
  })
  return { ...drawn, things, probes: [...drawn.probes, ...more] }
}
