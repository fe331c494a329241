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
  const resources = entries.flatMap((entry) => {
    const resource = entry.resource
    if (!isObject(resource)) return resource === undefined ? [] : [resource]
    const fullUrl = textIn(entry, 'fullUrl')
    const id = isId(resource.id) ? resource.id : fullUrl?.split(/[/:]/).at(-1)
    if (fullUrl !== undefined && typeof resource.resourceType === 'string' && isId(id)) {
      names.set(fullUrl, `${resource.resourceType}/${id}`)
    }
    return [resource.id === undefined && isId(id) ? { ...resource, id } : resource]
  })
  const own = [...names.keys()].some((name) => name.startsWith('urn:'))
  return resources.flatMap((resource) => unwrapped(own ? renamed(resource, names, 0) : resource, depth + 1))
}

function renamed(value: unknown, names: ReadonlyMap<string, string>, depth: number): unknown {
  if (depth > DEEPEST) return value
  if (Array.isArray(value)) return value.map((one) => renamed(one, names, depth + 1))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([field, held]) => [
      field,
      field === 'reference' && typeof held === 'string' ? (names.get(held) ?? held) : renamed(held, names, depth + 1),
    ]),
  )
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
