import type { Instant } from '../../base/time.ts'
import { unreadLine } from '../../chart/fhir/about.ts'
import { setAsideOf } from '../../chart/fhir/charts.ts'
import type { FhirContext, Mapped } from '../../chart/fhir/mapped.ts'
import { meaningsOf } from '../../chart/fhir/resource.ts'
import type { ReadRequest, SetAside, SourcePart } from '../ehr.ts'
import type { Capability } from './capability.ts'
import type { FhirDirectory } from './directory.ts'
import type { FhirServer } from './server.ts'

/** One reading of the server: what all its parts share. */
export type Reading = {
  server: FhirServer
  capability: Capability
  directory: FhirDirectory
  window: ReadRequest['window']
  signal: AbortSignal | undefined
  /** When this reading began, by our clock: the asOf of all that it gives. */
  asOf: Instant
  context: FhirContext
}

/** What some resources mean, after fetching the names that they refer to; with what could not be understood also as a part of its own. */
export async function mapAll(
  reading: Reading,
  resources: unknown[],
): Promise<{ mapped: Mapped[]; aside: SourcePart[] }> {
  await reading.directory.fetchFor(resources, reading.capability, reading.signal)
  const mapped: Mapped[] = []
  const records: SetAside[] = []
  for (const resource of resources) {
    reading.directory.learn(resource)
    const meanings = typeof resource === 'string' ? [unreadLine(resource)] : meaningsOf(resource, reading.context)
    for (const one of meanings) {
      mapped.push(one)
      if (one.type === 'set-aside') records.push(setAsideOf(resource, one, reading.asOf))
    }
  }
  return { mapped, aside: records.length === 0 ? [] : [{ type: 'set-aside', records }] }
}

/** The server's time as the clamp of what counts as read; ours where it tells none. */
export function timeThere({ server }: Reading): Instant {
  return server.serverTime() ?? server.world.clock.now()
}
