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
import { isObject, type Json } from './json.ts'
import type { Absence, FhirContext, Mapped, SectionEntry, SetAsideMapped } from './mapped.ts'
import { isId } from './reference.ts'
import { meaningsOf } from './resource.ts'

/** Has the shape of a connector's SetAside: a record that was not understood, to be found again by `where`. */
export type FhirSetAside = {
  key: string
  where: string
  because: string
  raw: string
  at: Instant
  patientId?: string
  section?: SectionName
}

export type ChartsRequest = {
  sourceId: string
  asOf: Instant
  zone: string
  mrnSystem?: string
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
  const aside = (index: number, found: SetAsideMapped): void => {
    setAside.push(setAsideOf(resources[index], found, request.asOf, request.whereOf?.(index)))
  }
  const found: [number, Extract<Mapped, { type: 'entry' | 'absent' }>][] = []
  const unread: SetAsideMapped[] = []
  resources.forEach((resource, index) => {
    for (const mapped of meaningsOf(resource, context)) {
      if (mapped.type === 'patient') heap.patients.set(mapped.patient.id, mapped)
      else if (mapped.type === 'merged') heap.merged.set(mapped.fromId, mapped.intoId)
      else if (mapped.type === 'appointment') appointments.push(mapped.appointment)
      else if (mapped.type === 'entry' || mapped.type === 'absent') found.push([index, mapped])
      else if (mapped.type === 'set-aside') {
        aside(index, mapped)
        unread.push(mapped)
      }
    }
  })
  const ownerOf = (patientId: string): string => heap.merged.get(patientId) ?? patientId
  for (const [index, mapped] of found) {
    const { patientId, section } = mapped
    if (!heap.patients.has(ownerOf(patientId))) {
      aside(index, { type: 'set-aside', because: 'it belongs to a patient who was not sent', patientId, section })
    } else if (mapped.type === 'entry') partsOf(heap, ownerOf(patientId)).entries.push(mapped)
    else partsOf(heap, ownerOf(patientId)).absences.push(mapped)
  }
  for (const { patientId, section } of unread) {
    if (patientId !== undefined && section !== undefined) partsOf(heap, ownerOf(patientId)).unread.push(section)
  }
  const charts = [...heap.patients.values()].map(({ patient, restriction }) =>
    chartOf(patient, restriction, partsOf(heap, patient.id), request),
  )
  return { charts, appointments, setAside }
}

type Heap = {
  patients: Map<string, { patient: Patient; restriction: Restriction }>
  parts: Map<string, Required<ChartParts>>
  merged: Map<string, string>
}

/** All that was said of one patient's lists. */
export type ChartParts = {
  entries: SectionEntry[]
  absences: { section: SectionName; absence: Absence; statement?: string }[]
  /** Lists of which a record was sent that could not be understood. */
  unread?: SectionName[]
}

function partsOf(heap: Heap, patientId: string): Required<ChartParts> {
  let parts = heap.parts.get(patientId)
  if (parts === undefined) {
    parts = { entries: [], absences: [], unread: [] }
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
 * One list from its parts. Entries win over a word that there are none: an allergy that stands beside "no known allergies" is shown, and so it is said
 * where a record of the list could not be understood. Of several such words the one that claims least wins.
 */
export function sectionOf(
  name: SectionName,
  parts: ChartParts,
  carries: readonly SectionName[] | undefined,
): Section<{ id: string }> {
  const byId = new Map(parts.entries.filter(({ section }) => section === name).map(({ entry }) => [entry.id, entry]))
  const said = parts.absences.filter(({ section }) => section === name)
  const none = said.filter(({ absence }) => absence === 'none-known')
  // One that has no id of its own is one and the same whenever it is said.
  const statement = [...new Set(none.map((one) => one.statement ?? 'stated'))].toSorted().join(' ')
  const unread = parts.unread?.includes(name) === true
  if (byId.size > 0 || (unread && none.length > 0)) {
    const entries = newestFirst([...byId.values()])
    return { status: 'listed', entries, ...(statement === '' ? {} : { noneStated: statement }) }
  }
  for (const status of ['not-received', 'not-asked'] as const)
    if (said.some(({ absence }) => absence === status)) return { status }
  if (statement !== '') return { status: 'none-known', statement }
  return carries?.includes(name) === true ? { status: 'listed', entries: [] } : { status: 'not-received' }
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
export function setAsideOf(
  resource: unknown,
  { because, patientId, section }: SetAsideMapped,
  at: Instant,
  where?: string,
): FhirSetAside {
  const raw = rawOf(resource)
  const type = isObject(resource) && typeof resource.resourceType === 'string' ? resource.resourceType : undefined
  const known = type !== undefined && isObject(resource) && isId(resource.id) ? `${type}/${resource.id}` : undefined
  const place = where ?? known ?? (type === undefined || !/^[A-Za-z]{1,64}$/.test(type) ? 'a resource' : `a ${type}`)
  return {
    key: known ?? `sha256-${sha256Hex(raw)}`,
    where: place,
    because,
    raw,
    at,
    ...(patientId === undefined ? {} : { patientId }),
    ...(section === undefined ? {} : { section }),
  }
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
