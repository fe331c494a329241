import { sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import { newestFirst } from '../apply-section.ts'
import { blankChart } from '../blank-chart.ts'
import {
  type Appointment,
  type Chart,
  type Patient,
  type Restriction,
  SECTION_NAMES,
  type Section,
  type SectionName,
} from '../chart.ts'
import { absencesIn } from './bundle.ts'
import { isObject, type Json } from './json.ts'
import type { Absence, FhirContext, Mapped, SectionEntry } from './mapped.ts'
import { isId } from './reference.ts'
import { mapResource } from './resource.ts'

/** Has the shape of a connector's SetAside: a record that was not understood, to be found again by `where`. */
export type FhirSetAside = { key: string; where: string; because: string; raw: string; at: Instant }

export type ChartsRequest = {
  sourceId: string
  asOf: Instant
  zone: string
  /** The lists that the source is known to carry for every patient: where it has nothing for one, the list is empty rather than not received. */
  carries?: readonly SectionName[]
  /** Where the resource at this place of the input can be found again ("patients.ndjson, line 7"). */
  whereOf?: (index: number) => string
}

/**
 * Charts from a heap of FHIR resources (see `resourcesIn` for Bundles), joined by patient. A list of which nothing was sent is `not-received`
 * unless the source is known to carry it. Entries of patients who are not in the heap are set aside.
 */
export function chartsFromFhir(
  resources: unknown[],
  request: ChartsRequest,
): { charts: Chart[]; appointments: Appointment[]; setAside: FhirSetAside[] } {
  const context: FhirContext = { ...request, directory: directoryOf(resources) }
  const heap: Heap = { patients: new Map(), parts: new Map(), merged: new Map() }
  const appointments: Appointment[] = []
  const setAside: FhirSetAside[] = []
  const aside = (index: number, because: string): void => {
    setAside.push(setAsideOf(resources[index], because, request.asOf, request.whereOf?.(index)))
  }
  const found: [number, Extract<Mapped, { patientId: string }>][] = []
  resources.forEach((resource, index) => {
    for (const mapped of mappedOf(resource, context)) {
      if (mapped.type === 'patient') heap.patients.set(mapped.patient.id, mapped)
      else if (mapped.type === 'merged') heap.merged.set(mapped.fromId, mapped.intoId)
      else if (mapped.type === 'appointment') appointments.push(mapped.appointment)
      else if (mapped.type === 'set-aside') aside(index, mapped.because)
      else if (mapped.type === 'entry' || mapped.type === 'absent') found.push([index, mapped])
    }
  })
  for (const [index, mapped] of found) {
    const patientId = heap.merged.get(mapped.patientId) ?? mapped.patientId
    if (!heap.patients.has(patientId)) aside(index, 'it belongs to a patient who was not sent')
    else if (mapped.type === 'entry') partsOf(heap, patientId).entries.push(mapped)
    else if (mapped.type === 'absent') partsOf(heap, patientId).absences.push(mapped)
  }
  const charts = [...heap.patients.values()].map(({ patient, restriction }) =>
    chartOf(patient, restriction, partsOf(heap, patient.id), request),
  )
  return { charts, appointments, setAside }
}

type Heap = {
  patients: Map<string, { patient: Patient; restriction: Restriction }>
  parts: Map<string, ChartParts>
  merged: Map<string, string>
}

/** All that was said of one patient's lists. */
export type ChartParts = {
  entries: SectionEntry[]
  absences: { section: SectionName; absence: Absence }[]
}

function partsOf(heap: Heap, patientId: string): ChartParts {
  let parts = heap.parts.get(patientId)
  if (parts === undefined) {
    parts = { entries: [], absences: [] }
    heap.parts.set(patientId, parts)
  }
  return parts
}

export function chartOf(
  patient: Patient,
  restriction: Restriction,
  parts: ChartParts,
  request: Pick<ChartsRequest, 'sourceId' | 'asOf' | 'carries'>,
): Chart {
  const lists = Object.fromEntries(SECTION_NAMES.map((name) => [name, sectionOf(name, parts, request.carries)]))
  return { ...blankChart(patient.id, request.sourceId, request.asOf), patient, restriction, ...lists }
}

/**
 * One list from its parts. Entries win over a word that there are none: an allergy that stands beside "no known allergies" is shown. Of
 * several such words the one that claims least wins.
 */
export function sectionOf(
  name: SectionName,
  parts: ChartParts,
  carries: readonly SectionName[] | undefined,
): Section<{ id: string }> {
  const byId = new Map(parts.entries.filter(({ section }) => section === name).map(({ entry }) => [entry.id, entry]))
  if (byId.size > 0) return { status: 'listed', entries: newestFirst([...byId.values()]) }
  const said = new Set(parts.absences.filter(({ section }) => section === name).map(({ absence }) => absence))
  for (const status of ['not-received', 'not-asked', 'none-known'] as const) if (said.has(status)) return { status }
  return carries?.includes(name) === true ? { status: 'listed', entries: [] } : { status: 'not-received' }
}

function mappedOf(resource: unknown, context: FhirContext): Mapped[] {
  if (isObject(resource) && (resource.resourceType === 'List' || resource.resourceType === 'Composition')) {
    return absencesIn(resource)
  }
  return [mapResource(resource, context)]
}

function directoryOf(resources: unknown[]): FhirContext['directory'] {
  const byKey = new Map<string, Json>()
  for (const resource of resources) {
    if (isObject(resource) && typeof resource.resourceType === 'string' && isId(resource.id)) {
      byKey.set(`${resource.resourceType}/${resource.id}`, resource)
    }
  }
  return { find: (reference) => byKey.get(reference) }
}

const MOST_RAW = 64 * 1024

/** `where` names type and id where they can be read; both are the source's own keys. */
export function setAsideOf(resource: unknown, because: string, at: Instant, where?: string): FhirSetAside {
  const raw = rawOf(resource)
  const type = isObject(resource) && typeof resource.resourceType === 'string' ? resource.resourceType : undefined
  const known = type !== undefined && isObject(resource) && isId(resource.id) ? `${type}/${resource.id}` : undefined
  const place = where ?? known ?? (type === undefined || !/^[A-Za-z]{1,64}$/.test(type) ? 'a resource' : `a ${type}`)
  return { key: known ?? `sha256-${sha256Hex(raw)}`, where: place, because, raw, at }
}

function rawOf(resource: unknown): string {
  const raw = typeof resource === 'string' ? resource : written(resource)
  return raw.length <= MOST_RAW / 4 ? raw : cut(raw)
}

/** At most MOST_RAW bytes, not ending inside a character. */
function cut(raw: string): string {
  const bytes = Buffer.from(raw)
  return bytes.length <= MOST_RAW
    ? raw
    : bytes
        .subarray(0, MOST_RAW - 3)
        .toString('utf8')
        .replace(/\uFFFD$/, '')
}

function written(resource: unknown): string {
  try {
    return JSON.stringify(resource) ?? String(resource)
  } catch {
    return '(too deeply nested to write down)'
  }
}
