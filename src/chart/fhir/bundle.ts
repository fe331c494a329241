import { absenceByEmptyReason, SECTION_BY_LOINC } from './absence.ts'
import { codesIn, codingsOf } from './concept.ts'
import { isObject, type Json, lookUp, objectIn, objectsIn, saidIn, textIn } from './json.ts'
import { type Mapped, statementOf } from './mapped.ts'
import { isId, patientIn } from './reference.ts'

/** No FHIR resource nests this deep; one that does was made to break its readers. */
const DEEPEST = 40

/**
 * The resources in whatever was sent: one resource, a list, or a Bundle (also nested). Documents such as the International Patient Summary
 * refer to their own entries by full address (`urn:uuid:...`): those references are turned into `Type/id`.
 */
export function resourcesIn(sent: unknown): unknown[] {
  return unwrapped(sent, 0)
}

function unwrapped(sent: unknown, depth: number): unknown[] {
  if (depth > DEEPEST) return [sent]
  if (Array.isArray(sent)) return sent.flatMap((one) => unwrapped(one, depth + 1))
  if (!isObject(sent) || sent.resourceType !== 'Bundle') return [sent]
  const entries = objectsIn(sent, 'entry')
  const names = new Map<string, string>()
  const homes = new Map<string, Set<string>>()
  const resources = entries.flatMap((entry) => {
    const resource = entry.resource
    if (!isObject(resource)) return resource === undefined ? [] : [resource]
    const fullUrl = textIn(entry, 'fullUrl')
    const id = isId(resource.id) ? resource.id : fullUrl?.split(/[/:]/).at(-1)
    if (fullUrl !== undefined && typeof resource.resourceType === 'string' && isId(id)) {
      const key = `${resource.resourceType}/${id}`
      names.set(fullUrl, key)
      const home = homeOf(fullUrl)
      if (home?.key === key) homes.set(key, (homes.get(key) ?? new Set<string>()).add(home.server))
    }
    return [resource.id === undefined && isId(id) ? { ...resource, id } : resource]
  })
  return resources.flatMap((resource) =>
    unwrapped(names.size === 0 ? resource : renamed(resource, { names, homes }, 0), depth + 1),
  )
}

/** `names`: what each full address is here. `homes`: on which servers the entries of a Bundle are, as far as their addresses tell. */
type Addresses = { names: ReadonlyMap<string, string>; homes: ReadonlyMap<string, ReadonlySet<string>> }

function renamed(value: unknown, addresses: Addresses, depth: number): unknown {
  if (depth > DEEPEST) return value
  if (Array.isArray(value)) return value.map((one) => renamed(one, addresses, depth + 1))
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([field, held]) => field !== 'reference' || !isElsewhere(held, addresses))
  return Object.fromEntries(
    kept.map(([field, held]) => [
      field,
      field === 'reference' && typeof held === 'string'
        ? (addresses.names.get(held) ?? held)
        : renamed(held, addresses, depth + 1),
    ]),
  )
}

/** Patient/1 of another server is another person than the Patient/1 of this Bundle: such a reference names nobody here. */
function isElsewhere(reference: unknown, { homes }: Addresses): boolean {
  const home = typeof reference === 'string' ? homeOf(reference) : undefined
  const known = home === undefined ? undefined : homes.get(home.key)
  return home !== undefined && known !== undefined && !known.has(home.server)
}

/** The server and the `Type/id` of a full address. How a server is reached (http or https, and the port) is not what it is. */
function homeOf(address: string): { server: string; key: string } | undefined {
  const parts =
    /^https?:\/\/([^/:]+)(?::\d+)?((?:\/.*)?)\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,64})(?:\/_history\/[^/]+)?$/i.exec(
      address,
    )
  return parts === null ? undefined : { server: `${parts[1]?.toLowerCase()}${parts[2]}`, key: parts[3] ?? '' }
}

/** What a List, or the sections of a Composition, say of whole lists that are empty. */
export function absencesIn(resource: Json): Extract<Mapped, { type: 'absent' }>[] {
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return []
  const statement = statementOf(resource, `${textIn(resource, 'resourceType')}/${saidIn(resource, 'id') ?? ''}`)
  const holders = resource.resourceType === 'List' ? [resource] : sectionsOf(resource, 0)
  return holders.flatMap((holder) => {
    const reason = objectIn(holder, 'emptyReason')
    const loinc = codesIn({ code: [holder.code] }, 'code').find((code) => lookUp(SECTION_BY_LOINC, code) !== undefined)
    const section = lookUp(SECTION_BY_LOINC, loinc)
    if (reason === undefined || section === undefined) return []
    return [
      { type: 'absent' as const, patientId, section, absence: absenceByEmptyReason(codingsOf(reason)), statement },
    ]
  })
}

function sectionsOf(holder: Json, depth: number): Json[] {
  const sections = objectsIn(holder, 'section')
  return depth > 5 ? sections : sections.flatMap((section) => [section, ...sectionsOf(section, depth + 1)])
}
