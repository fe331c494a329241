import { absencesIn, resourcesIn } from '../../chart/fhir/bundle.ts'
import { isObject, type Json } from '../../chart/fhir/json.ts'
import type { Directory, FhirContext } from '../../chart/fhir/mapped.ts'
import { isId } from '../../chart/fhir/reference.ts'
import { mapResource } from '../../chart/fhir/resource.ts'
import type { TakenFile } from './drop-folder.ts'
import { kindOf } from './kind.ts'
import { linesOf, textOf } from './lines.ts'
import { misunderstood, type Told } from './told.ts'

type Found = { resource: unknown; where: string } | { because: string; where: string; raw: string }

/** The records of an NDJSON file or of a Bundle, one by one. */
export async function* fhirTold(file: TakenFile, context: FhirContext, mostBytes: number): AsyncGenerator<Told> {
  for await (const found of resourcesOf(file, mostBytes)) {
    if ('because' in found) {
      yield misunderstood(found.because, found.where, found.raw)
      continue
    }
    const { resource, where } = found
    const raw = (): string => JSON.stringify(resource) ?? ''
    if (isObject(resource) && (resource.resourceType === 'List' || resource.resourceType === 'Composition')) {
      for (const mapped of absencesIn(resource)) yield { mapped, where, raw }
    } else yield { mapped: mapResource(resource, context), where, raw }
  }
}

async function* resourcesOf(file: TakenFile, mostBytes: number): AsyncGenerator<Found> {
  if (kindOf(file.name) === 'json') {
    const text = (await textOf(file.path, file.name, mostBytes)).toString('utf8').replace(/^\uFEFF/, '')
    const resources = resourcesIn(JSON.parse(text))
    for (const [at, resource] of resources.entries()) yield { resource, where: `${file.name}, resource ${at + 1}` }
    return
  }
  for await (const line of linesOf(file.path, file.name, mostBytes)) {
    const where = `${file.name}:${line.number}`
    if (line.tooLong) yield { because: `The line is longer than ${mostBytes} bytes.`, where, raw: line.text }
    else yield* resourcesInLine(line.text, where)
  }
}

function* resourcesInLine(text: string, where: string): Generator<Found> {
  let sent: unknown
  try {
    sent = JSON.parse(text)
  } catch {
    yield { because: 'The line is not JSON that can be read.', where, raw: text }
    return
  }
  for (const resource of resourcesIn(sent)) yield { resource, where }
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
const KEPT_OF_PATIENT = ['resourceType', 'id', 'name', 'birthDate', 'telecom', 'identifier']

/** Reads files through for the resources that others refer to. */
export async function directoryOf(files: TakenFile[], mostBytes: number): Promise<Directory> {
  const byKey = new Map<string, Json>()
  for (const file of files) {
    if (kindOf(file.name) === 'csv') continue
    for await (const found of resourcesOf(file, mostBytes)) {
      if (!('resource' in found) || !isObject(found.resource)) continue
      const { resourceType, id } = found.resource
      if (typeof resourceType !== 'string' || !REFERRED.has(resourceType) || !isId(id)) continue
      const kept = resourceType === 'Patient' ? pick(found.resource, KEPT_OF_PATIENT) : found.resource
      byKey.set(`${resourceType}/${id}`, kept)
    }
  }
  return { find: (reference) => byKey.get(reference) }
}

function pick(resource: Json, fields: string[]): Json {
  return Object.fromEntries(fields.filter((field) => field in resource).map((field) => [field, resource[field]]))
}
