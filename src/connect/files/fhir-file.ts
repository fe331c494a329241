import { resourcesIn } from '../../chart/fhir/bundle.ts'
import { isObject, type Json, objectsIn, parseJson } from '../../chart/fhir/json.ts'
import type { Directory, FhirContext } from '../../chart/fhir/mapped.ts'
import { isId } from '../../chart/fhir/reference.ts'
import { meaningsOf } from '../../chart/fhir/resource.ts'
import type { TakenFile } from './drop-folder.ts'
import { kindOf } from './kind.ts'
import { linesOf, textOf } from './lines.ts'
import { misunderstood, type Told } from './told.ts'

type Found = { resource: unknown; where: string } | { because: string; where: string; raw: string }

/** The records of an NDJSON file or of a Bundle, some at once. */
export async function* fhirTold(file: TakenFile, context: FhirContext, mostBytes: number): AsyncGenerator<Told[]> {
  for await (const found of resourcesOf(file, mostBytes)) yield found.flatMap((one) => toldOf(one, context))
}

function toldOf(found: Found, context: FhirContext): Told[] {
  if ('because' in found) return [misunderstood(found.because, found.where, found.raw)]
  const { resource, where } = found
  const raw = (): string => JSON.stringify(resource) ?? ''
  return meaningsOf(resource, context).map((mapped) => ({ mapped, where, raw }))
}

/** `wanted`: lines that do not hold these words need not be taken apart. */
async function* resourcesOf(file: TakenFile, mostBytes: number, wanted?: RegExp): AsyncGenerator<Found[]> {
  if (kindOf(file.name) === 'json') {
    const text = (await textOf(file.path, file.name, mostBytes)).toString('utf8').replace(/^\uFEFF/, '')
    const sent = parseJson(text)
    yield [
      ...resourcesIn(sent).map((resource, at) => ({ resource, where: `${file.name}, resource ${at + 1}` })),
      ...missingFrom(sent, file.name),
    ]
    return
  }
  for await (const lines of linesOf(file.path, file.name, mostBytes)) {
    const among = wanted === undefined ? lines : lines.filter(({ text }) => wanted.test(text))
    yield among.flatMap((line) => {
      const where = `${file.name}:${line.number}`
      if (line.lossy) return [{ because: NOT_UTF8, where, raw: line.text }]
      if (!line.tooLong) return resourcesInLine(line.text, where)
      return [{ because: `The line is longer than ${mostBytes} bytes.`, where, raw: line.text }]
    })
  }
}

const NOT_UTF8 =
  'The line is not UTF-8, as FHIR must be (windows-1252?): letters of it would be lost. Export it as UTF-8.'

function resourcesInLine(text: string, where: string): Found[] {
  try {
    const sent = parseJson(text)
    return [...resourcesIn(sent).map((resource) => ({ resource, where })), ...missingFrom(sent, where)]
  } catch {
    return [{ because: 'The line is not JSON that can be read.', where, raw: text }]
  }
}

/** What a Bundle says that it does not hold: pages after it, rows that a server left out, and records that were deleted. */
function missingFrom(sent: unknown, where: string): Found[] {
  if (!isObject(sent) || sent.resourceType !== 'Bundle') return []
  const raw = (about: unknown): string => JSON.stringify(about) ?? ''
  const links = objectsIn(sent, 'link').filter(({ relation }) => relation === 'next')
  const entries = objectsIn(sent, 'entry')
  const remarks = entries.flatMap(({ resource }) => (isIncomplete(resource) ? [resource] : []))
  const deleted = entries.filter(({ resource, request }) => resource === undefined && isDeletion(request))
  return [
    ...links.map((link) => ({ because: ONE_PAGE, where, raw: raw(link) })),
    ...remarks.map((remark) => ({ because: NOT_WHOLE, where, raw: raw(remark) })),
    ...deleted.map((entry) => ({ because: DELETED, where, raw: raw(entry) })),
  ]
}

const ONE_PAGE = 'It is one page of several and names the next one, which is not here. Export all pages.'
const NOT_WHOLE = 'The server that it is from says in it that some of what was asked for was left out.'
const DELETED =
  'It says that a record was deleted, and not whose it was, so the record stays. Export the records that are left.'

function isIncomplete(resource: unknown): boolean {
  if (!isObject(resource) || resource.resourceType !== 'OperationOutcome') return false
  return objectsIn(resource, 'issue').some(
    ({ code }) => code === 'incomplete' || code === 'too-costly' || code === 'throttled',
  )
}

function isDeletion(request: unknown): boolean {
  return isObject(request) && String(request.method).toUpperCase() === 'DELETE'
}

/** What others refer to, by name and place only: an appointment shows who it is for and with whom. */
const REFERRED = new Set([
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'Organization',
  'Medication',
  'RelatedPerson',
])
const MAY_BE_REFERRED =
  /"resourceType"\s*:\s*"(Patient|Practitioner|PractitionerRole|Location|Organization|Medication|RelatedPerson|Bundle)"/
const MAY_BE_PATIENT = /"resourceType"\s*:\s*"(Patient|Bundle)"/
const KEPT_OF_PATIENT = ['resourceType', 'id', 'name', 'birthDate', 'telecom', 'identifier']

/** Reads files through for the resources that others refer to. */
export async function directoryOf(files: TakenFile[], mostBytes: number): Promise<Directory> {
  const byKey = new Map<string, Json>()
  for (const file of files) {
    if (kindOf(file.name) === 'csv') continue
    for await (const found of resourcesOf(file, mostBytes, MAY_BE_REFERRED)) {
      for (const one of found) {
        if (!('resource' in one) || !isObject(one.resource)) continue
        const { resourceType, id } = one.resource
        if (typeof resourceType !== 'string' || !REFERRED.has(resourceType) || !isId(id)) continue
        const kept = resourceType === 'Patient' ? pick(one.resource, KEPT_OF_PATIENT) : one.resource
        byKey.set(`${resourceType}/${id}`, kept)
      }
    }
  }
  return { find: (reference) => byKey.get(reference) }
}

/** The resources of a file that are patients. */
export async function* patientResources(file: TakenFile, mostBytes: number): AsyncGenerator {
  for await (const found of resourcesOf(file, mostBytes, MAY_BE_PATIENT))
    for (const one of found)
      if ('resource' in one && isObject(one.resource) && one.resource.resourceType === 'Patient') yield one.resource
}

function pick(resource: Json, fields: string[]): Json {
  return Object.fromEntries(fields.filter((field) => field in resource).map((field) => [field, resource[field]]))
}
