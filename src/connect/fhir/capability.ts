import { Failure } from '../../base/failure.ts'
import { SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import { serverName } from '../../chart/fhir/elsewhere.ts'
import { objectIn, objectsIn, textIn } from '../../chart/fhir/json.ts'
import { ASKS, type Ask } from './asks.ts'
import type { FhirServer } from './server.ts'

/** What of the server's CapabilityStatement matters to us. */
export type Capability = {
  asks: Ask[]
  /** The lists that the server can tell of; all others are "not received" in every chart. */
  carries: SectionName[]
  offers(resourceType: string): boolean
  /** `$export` at the system or at the Patient level. */
  exports: { system: boolean; patient: boolean }
  /** The types whose `_history` tells of deletions. */
  history: ReadonlySet<string>
  /** Whether a server (`serverName`) is this one, under any of its names. */
  isOwn: (server: string) => boolean
}

export async function capabilityOf(server: FhirServer, signal: AbortSignal | undefined): Promise<Capability> {
  const statement = await server.ask('metadata', [], signal)
  if (statement.resourceType !== 'CapabilityStatement') {
    throw new Failure(
      'permanent',
      'What answers at the base address is no FHIR server (it tells no CapabilityStatement).',
    )
  }
  const version = textIn(statement, 'fhirVersion') ?? ''
  if (!version.startsWith('4.')) {
    throw new Failure('permanent', `The server speaks FHIR ${version || 'of an unknown version'}; R4 (4.0) is needed.`)
  }
  const rest = objectsIn(statement, 'rest').filter(({ mode }) => mode !== 'client')
  const resources = rest.flatMap((one) => objectsIn(one, 'resource'))
  const types = new Set(resources.flatMap((resource) => textIn(resource, 'type') ?? []))
  for (const needed of ['Patient', 'Appointment']) {
    if (!types.has(needed) && !server.config.without.includes(needed)) {
      throw new Failure(
        'permanent',
        `The FHIR server does not offer ${needed}, without which there is nothing to show.`,
      )
    }
  }
  const asks = ASKS.filter(
    ({ resourceType }) => types.has(resourceType) && !server.config.without.includes(resourceType),
  )
  const carried = new Set(asks.flatMap(({ sections }) => sections))
  const implementation = textIn(objectIn(statement, 'implementation'), 'url')
  const names = new Set(
    [server.base.href, implementation ?? server.base.href, ...server.config.alsoKnownAs].map(serverName),
  )
  return {
    isOwn: (name) => names.has(name),
    asks,
    carries: SECTION_NAMES.filter((name) => carried.has(name)),
    offers: (resourceType) => types.has(resourceType) && !server.config.without.includes(resourceType),
    exports: {
      system: rest.some((one) => offersExport(one)),
      patient: resources.some((resource) => resource.type === 'Patient' && offersExport(resource)),
    },
    history: new Set(
      resources.flatMap((resource) =>
        objectsIn(resource, 'interaction').some(({ code }) => code === 'history-type')
          ? (textIn(resource, 'type') ?? [])
          : [],
      ),
    ),
  }
}

function offersExport(holder: unknown): boolean {
  return objectsIn(holder, 'operation').some(
    (operation) =>
      /^\$?(patient-|group-)?export$/.test(textIn(operation, 'name') ?? '') ||
      /(bulkdata|bulk-data).*export/.test(textIn(operation, 'definition') ?? ''),
  )
}
