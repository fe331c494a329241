import type { Instant } from '../base/time.ts'
import type { DependencyMap } from './map.ts'
import type { Cause } from './monitor.ts'
import type { SystemStatus } from './observations/observations.ts'
import { whatWasMeasured } from './observations/what-was-measured.ts'
import { thingOf } from './sightings.ts'

export const SYSTEM_KEY = 'system:'

/**
 * What somebody must act on among the systems that are asked: one that answers with something wrong, and one that is down and stands on no map, so
 * that no cause behind it can be named. What is on the map and down, or down for some who look, the map explains.
 */
export function systemCauses(systems: readonly SystemStatus[], map: DependencyMap | undefined, now: Instant): Cause[] {
  return systems.flatMap((system) => {
    const { systemId, status, because, seen } = system
    const mapped = map === undefined ? undefined : thingOf(map, systemId)
    const isDownFor = seen.some((one) => one.status === 'down')
    if (status !== 'down' && status !== 'failing') return []
    if (mapped !== undefined && isDownFor) return []
    const name = mapped?.name ?? seen[0]?.observer.name ?? systemId
    const since = seen
      .filter((one) => one.status === 'down')
      .map(({ observer }) => observer.sameSince ?? now)
      .reduce((first, one) => Math.min(first, one), now)
    return [
      {
        key: `${SYSTEM_KEY}${systemId}`,
        since,
        headline: status === 'down' ? `${name} does not answer` : `${name} needs somebody`,
        because,
        symptoms: whatWasMeasured(system),
        advice: [
          'Open the system to see what each probe found.',
          // A map that was kept before answers stood for themselves names here the runbook for a thing that is down.
          ...(map?.answers === undefined || mapped?.advice === undefined ? [] : [mapped.advice]),
        ].join(' '),
      },
    ]
  })
}
