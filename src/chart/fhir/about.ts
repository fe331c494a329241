import type { SectionName } from '../chart.ts'
import { observationList } from './category.ts'
import { isObject, type Json, lookUp, objectIn, objectsIn, textIn } from './json.ts'
import type { SetAsideMapped } from './mapped.ts'
import { isResuscitation } from './order.ts'
import { isId, patientIn, referenceKey } from './reference.ts'

const SECTIONS: { [resourceType: string]: SectionName } = {
  AllergyIntolerance: 'allergies',
  Condition: 'problems',
  Coverage: 'coverage',
  Device: 'procedures',
  DeviceUseStatement: 'procedures',
  DocumentReference: 'notes',
  Flag: 'alerts',
  Immunization: 'immunizations',
  MedicationRequest: 'medications',
  MedicationStatement: 'medications',
  Procedure: 'procedures',
  Task: 'pending',
}

/** Says with what was not understood whose record it is, and which list of the chart lacks it. */
export function about(resource: unknown, aside: SetAsideMapped): SetAsideMapped {
  if (!isObject(resource)) return aside
  const patientId = aside.patientId ?? patientOf(resource)
  const section = aside.section ?? sectionOf(resource)
  return {
    ...aside,
    ...(patientId === undefined ? {} : { patientId }),
    ...(section === undefined ? {} : { section }),
  }
}

function patientOf(resource: Json): string | undefined {
  if (resource.resourceType === 'Patient') return isId(resource.id) ? resource.id : undefined
  for (const field of ['subject', 'patient', 'beneficiary', 'for'] as const) {
    const patientId = patientIn(resource, field)
    if (patientId !== undefined) return patientId
  }
  const participants = objectsIn(resource, 'participant').map((one) => referenceKey(objectIn(one, 'actor')))
  return participants.find((key) => key?.startsWith('Patient/') === true)?.slice('Patient/'.length)
}

function sectionOf(resource: Json): SectionName | undefined {
  const type = textIn(resource, 'resourceType')
  if (type === 'ServiceRequest') return isResuscitation(resource) ? 'alerts' : 'pending'
  if (type !== 'Observation') return lookUp(SECTIONS, type)
  return observationList(resource) === 'vitals' ? 'vitals' : 'results'
}

const TYPE_IN_LINE = /"resourceType"\s*:\s*"([A-Z][A-Za-z]{1,63})"/
const OWNER_IN_LINE = /"(?:subject|patient|beneficiary|for)"\s*:\s*\{[^{}]*"reference"\s*:\s*"([^"]{1,200})"/
/** Only beside the type is an id surely the record's own. */
const ID_IN_LINE = /"resourceType"\s*:\s*"Patient"\s*,\s*"id"\s*:\s*"([^"]{1,64})"/

/** A line that is no JSON. Where it broke off or was spoilt, it may still tell whose record it was. */
export function unreadLine(line: string): SetAsideMapped {
  const resourceType = TYPE_IN_LINE.exec(line)?.[1]
  const reference = OWNER_IN_LINE.exec(line)?.[1]
  const id = ID_IN_LINE.exec(line)?.[1]
  const seen = { resourceType, id, subject: { reference } }
  const aside = about(seen, { type: 'set-aside', because: 'it is a line that is no JSON' })
  // An Observation's list cannot be told without its category.
  return resourceType === 'Observation' && aside.patientId !== undefined
    ? { type: 'set-aside', because: aside.because, patientId: aside.patientId }
    : aside
}
