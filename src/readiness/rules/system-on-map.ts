import type { PlanRule } from '../readiness.ts'

/** A system that is not on the map has no cause when it fails. */
export const systemOnMap: PlanRule = {
  name: 'system-on-map',
  serves: 'HIPAA 164.308(a)(7)(ii)(E): relative criticality; inventory and network map',
  reads: ['systems', 'map'],
  *judge({ systems: { systems }, map: { nodes } }) {
    const drawn = new Set(nodes.map(({ system }) => system))
    for (const [nth, { id, name }] of systems.entries())
      if (!drawn.has(id))
        yield {
          part: 'systems',
          path: ['systems', nth, 'id'],
          weight: 'error',
          says: `${name} is not on the dependency map`,
          instead: `a node in map.yaml with system: ${id} and what it needs`,
        }
  },
}
