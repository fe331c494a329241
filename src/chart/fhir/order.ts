import type { Flag, ServiceRequest } from '../chart.ts'
import { codesIn, codingsOf, conceptOf } from './concept.ts'
import { type Json, lookUp, objectIn, objectsIn, textIn, yesIn } from './json.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { displayOf } from './person.ts'
import { patientIn } from './reference.ts'
import { withSite } from './site.ts'
import { instantOf } from './when.ts'

const OPEN = new Set(['active', 'on-hold', 'unknown'])
const OVER = new Set(['draft', 'revoked', 'completed', 'entered-in-error'])
const TASK_OPEN = new Set(['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])
const TASK_OVER = new Set(['draft', 'rejected', 'cancelled', 'failed', 'completed', 'entered-in-error'])

/** Kinds by category: SNOMED CT, US Core and HL7's diagnostic service codes. */
const KINDS: { [code: string]: ServiceRequest['kind'] } = {
  '108252007': 'lab',
  laboratory: 'lab',
  LAB: 'lab',
  '363679005': 'imaging',
  imaging: 'imaging',
  RAD: 'imaging',
  '3457005': 'referral',
  '306206005': 'referral',
  '103693007': 'procedure',
  '387713003': 'procedure',
}

/** Resuscitation orders (LOINC answers of the POLST panel, SNOMED CT): what must be seen first, so they are alerts. */
const RESUSCITATION = new Set(['100822-6', '304251008', '304252001', '304253006', '143021000119109', 'LA33471-6'])

export function mapServiceRequest(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const status = textIn(resource, 'status') ?? ''
  const resuscitation = isResuscitation(resource)
  const section = resuscitation ? 'alerts' : 'pending'
  if (OVER.has(status) || resource.intent === 'proposal') {
    return { type: 'left-out', patientId, sections: [section], entryId, because: `its status is ${status}` }
  }
  if (!OPEN.has(status)) return setAside('its status is missing or none that FHIR has')
  const code = conceptOf(objectIn(resource, 'code'))
  if (code === undefined) return setAside('it does not say what was ordered')
  const never = yesIn(resource, 'doNotPerform') === true ? 'DO NOT PERFORM: ' : ''
  if (resuscitation) {
    const flag: Flag = { id: entryId, text: `${never}${code.text}`, kind: 'safety' }
    return { type: 'entry', patientId, section: 'alerts', entry: flag }
  }
  const orderedBy = displayOf(objectIn(resource, 'requester'), resource, context)
  const held = status === 'on-hold' ? ' (on hold)' : ''
  const entry: ServiceRequest = {
    id: entryId,
    code: { ...code, text: `${never}${withSite(code, resource).text}${held}` },
    kind: kindOf(resource),
    status: objectsIn(resource, 'specimen').length > 0 ? 'collected' : 'ordered',
    orderedAt: instantOf(textIn(resource, 'authoredOn'), context.zone),
    ...(orderedBy === undefined ? {} : { orderedBy }),
  }
  return { type: 'entry', patientId, section: 'pending', entry }
}

/** A Task for a patient that is not finished: something somebody still owes. Past its end it is overdue. */
export function mapTask(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'for')
  if (patientId === undefined) return { type: 'not-used' }
  const status = textIn(resource, 'status') ?? ''
  if (TASK_OVER.has(status)) {
    return { type: 'left-out', patientId, sections: ['pending'], entryId, because: `its status is ${status}` }
  }
  if (!TASK_OPEN.has(status)) return setAside('its status is missing or none that FHIR has')
  const description = textIn(resource, 'description')
  const code =
    conceptOf(objectIn(resource, 'code')) ??
    (description === undefined ? undefined : { text: description, codings: [] })
  if (code === undefined) return setAside('it does not say what is to be done')
  const orderedBy = displayOf(objectIn(resource, 'requester'), resource, context)
  const due =
    instantOf(textIn(objectIn(resource, 'executionPeriod'), 'end'), context.zone) ??
    instantOf(textIn(objectIn(objectIn(resource, 'restriction'), 'period'), 'end'), context.zone)
  const entry: ServiceRequest = {
    id: entryId,
    code,
    kind: 'follow-up',
    status: due !== undefined && due < context.asOf ? 'overdue' : 'ordered',
    orderedAt: instantOf(textIn(resource, 'authoredOn'), context.zone),
    ...(orderedBy === undefined ? {} : { orderedBy }),
  }
  return { type: 'entry', patientId, section: 'pending', entry }
}

function kindOf(resource: Json): ServiceRequest['kind'] {
  const kinds = codesIn(resource, 'category').map((code) => lookUp(KINDS, code))
  return kinds.find((kind) => kind !== undefined) ?? 'other'
}

export function isResuscitation(resource: Json): boolean {
  const codes = [...codesIn(resource, 'category'), ...codingsOf(objectIn(resource, 'code')).map(({ code }) => code)]
  return codes.some((code) => RESUSCITATION.has(code))
}
