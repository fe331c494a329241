import { isObject, type Json, textIn } from '../../chart/fhir/json.ts'
import type { Directory } from '../../chart/fhir/mapped.ts'
import { referencesIn } from '../../chart/fhir/reference.ts'
import type { Capability } from './capability.ts'
import { Refused } from './refusal.ts'
import { searchOnce } from './search.ts'
import type { FhirServer, Params } from './server.ts'

/** Fetched by id when something refers to them, with the fields that give them a name; nothing else of them is asked for. */
const FETCHED: { [resourceType: string]: string } = {
  Practitioner: 'id,name',
  PractitionerRole: 'id,practitioner,location,code,specialty',
  Location: 'id,name',
  Organization: 'id,name',
  Medication: 'id,code',
  Patient: 'id,name,birthDate,identifier,telecom',
}
/** What an export must bring along where nothing can be searched for: people, places and medications without which an entry has no name. */
export const NAMING_TYPES = ['Practitioner', 'PractitionerRole', 'Location', 'Organization', 'Medication']
/** A patient is fetched for the schedule's lines only: charts hold their own. */
const ONLY_FOR_APPOINTMENTS = 'Patient'
const IDS_AT_ONCE = 50
/** About 100 MB at worst; beyond it names are fetched anew. */
const MOST_KEPT = 100_000

export type FhirDirectory = Directory & {
  /** Remembers resources that are read anyway. */
  learn(resource: unknown): void
  /** Keeps what names others, of resources that come by themselves. */
  keep(resource: unknown): void
  /** Fetches what these resources refer to and is not known. */
  fetchFor(resources: unknown[], capability: Capability, signal: AbortSignal | undefined): Promise<void>
  /** Names change: a complete reading begins with none. */
  forget(): void
}

export function openDirectory(server: FhirServer): FhirDirectory {
  let known = new Map<string, Json | undefined>()

  const fetchType = async (type: string, ids: string[], signal: AbortSignal | undefined): Promise<void> => {
    const fields = FETCHED[type] ?? 'id'
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE)
      const params: Params = [
        ['_id', some.join(',')],
        ['_count', String(IDS_AT_ONCE)],
        ['_elements', fields],
      ]
      const found = await named(server, type, params, signal)
      for (const id of some) known.set(`${type}/${id}`, undefined)
      for (const resource of found) {
        if (isObject(resource) && typeof resource.id === 'string') known.set(`${type}/${resource.id}`, resource)
      }
    }
  }

  const missing = (resources: unknown[], capability: Capability): Map<string, string[]> => {
    const byType = new Map<string, string[]>()
    const wanted = new Set<string>()
    for (const resource of resources) {
      const forAppointment = isObject(resource) && resource.resourceType === 'Appointment'
      for (const key of referencesIn(withoutDisplays(resource))) {
        const [type = '', id = ''] = key.split('/')
        if (!Object.hasOwn(FETCHED, type) || known.has(key) || wanted.has(key) || !capability.offers(type)) continue
        if (type === ONLY_FOR_APPOINTMENTS && !forAppointment) continue
        wanted.add(key)
        byType.set(type, [...(byType.get(type) ?? []), id])
      }
    }
    return byType
  }

  return {
    find: (reference) => known.get(reference),
    forget: () => {
      known = new Map()
    },
    learn: (resource) => {
      const key = isObject(resource) ? `${textIn(resource, 'resourceType')}/${textIn(resource, 'id')}` : ''
      if (isObject(resource) && known.has(key)) known.set(key, resource)
    },
    keep: (resource) => {
      if (!isObject(resource) || typeof resource.resourceType !== 'string' || typeof resource.id !== 'string') return
      const fields = ['resourceType', ...(FETCHED[resource.resourceType] ?? 'id').split(',')]
      const kept = Object.fromEntries(
        fields.filter((field) => field in resource).map((field) => [field, resource[field]]),
      )
      known.set(`${resource.resourceType}/${resource.id}`, kept)
    },
    fetchFor: async (resources, capability, signal) => {
      if (known.size > MOST_KEPT) known = new Map()
      let wanted = missing(resources, capability)
      // Roles lead to people and places: a second round, and no third.
      for (let round = 0; round < 2 && wanted.size > 0; round++) {
        for (const [type, ids] of wanted) await fetchType(type, ids, signal)
        const roles = (wanted.get('PractitionerRole') ?? []).map((id) => known.get(`PractitionerRole/${id}`))
        wanted = missing(roles, capability)
      }
    },
  }
}

/** Where exports are all that a server offers, a name that no export brought stays unknown. */
async function named(
  server: FhirServer,
  type: string,
  params: Params,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  try {
    return await searchOnce(server, type, params, signal)
  } catch (thrown) {
    if (server.config.bulk.changes && thrown instanceof Refused && thrown.kind === 'permanent') return []
    throw thrown
  }
}

/** A reference that brings its own words needs no fetching; an appointment's people and places are wanted by their records all the same. */
function withoutDisplays(resource: unknown, depth = 0): unknown {
  if (depth > 40) return undefined
  if (Array.isArray(resource)) return resource.map((one) => withoutDisplays(one, depth + 1))
  if (!isObject(resource)) return resource
  if (resource.resourceType === 'Appointment') return resource
  if (typeof resource.reference === 'string' && typeof resource.display === 'string') return undefined
  return Object.fromEntries(Object.entries(resource).map(([field, held]) => [field, withoutDisplays(held, depth + 1)]))
}
