import type { CodeableConcept, MedicationStatement } from '../chart.ts'
import { highRiskOf } from '../high-risk.ts'
import { absenceByReason, absenceOf } from './absence.ts'
import { absentReason, conceptOf } from './concept.ts'
import { dosageInWords } from './dosage.ts'
import { type Json, lookUp, objectIn, textIn, yesIn } from './json.ts'
import { absentFrom, type FhirContext, type Mapped, setAside } from './mapped.ts'
import { displayOf } from './person.ts'
import { patientIn, resolved } from './reference.ts'
import { dateOf } from './when.ts'

/** What becomes of an order or a statement by its status: `current` with words to add to its name where it is not simply taken. */
const CURRENT: { [status: string]: string } = {
  active: '',
  intended: ' (intended)',
  'on-hold': ' (on hold)',
  unknown: ' (unknown whether taken)',
}
const OVER = new Set(['completed', 'stopped', 'cancelled', 'entered-in-error', 'draft', 'not-taken', 'ended'])

/** MedicationRequest and MedicationStatement: what the patient is to take now. */
export function mapMedication(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const status = textIn(resource, 'status')
  const sections: ['medications'] = ['medications']
  if (status !== undefined && OVER.has(status)) {
    return { type: 'left-out', patientId, sections, entryId, because: `its status is ${status}` }
  }
  if (resource.intent === 'proposal')
    return { type: 'left-out', patientId, sections, entryId, because: 'it is a proposal' }
  const added = lookUp(CURRENT, status)
  if (added === undefined) return setAside('its status is missing or none that FHIR has')
  const code = medicationOf(resource, context)
  const absence = absenceOf(code)
  if (absence !== undefined) return absentFrom(resource, entryId, { patientId, section: 'medications', absence })
  const reason = code === undefined ? absentReason(resource, 'medicationCodeableConcept') : undefined
  if (reason !== undefined) {
    return absentFrom(resource, entryId, { patientId, section: 'medications', absence: absenceByReason(reason) })
  }
  if (code === undefined) return setAside('it does not say which medication')
  return { type: 'entry', patientId, section: 'medications', entry: entryOf(resource, entryId, code, added, context) }
}

function medicationOf(resource: Json, context: FhirContext): CodeableConcept | undefined {
  const own = conceptOf(objectIn(resource, 'medicationCodeableConcept'))
  if (own !== undefined) return own
  const reference = objectIn(resource, 'medicationReference')
  const medication = resolved(reference, resource, context.directory)
  const display = textIn(reference, 'display')
  return conceptOf(objectIn(medication, 'code')) ?? (display === undefined ? undefined : { text: display, codings: [] })
}

function entryOf(
  resource: Json,
  id: string,
  code: CodeableConcept,
  added: string,
  context: FhirContext,
): MedicationStatement {
  const sent = [resource.dosageInstruction, resource.dosage].flat()
  const dosage = textIn(resource, 'renderedDosageInstruction') ?? dosageInWords(sent)
  const start =
    dateOf(textIn(objectIn(resource, 'effectivePeriod'), 'start'), context.zone) ??
    dateOf(textIn(resource, 'effectiveDateTime') ?? textIn(resource, 'authoredOn'), context.zone)
  const prescriber = displayOf(objectIn(resource, 'requester'), resource, context)
  const highRisk = highRiskOf(code)
  const never = yesIn(resource, 'doNotPerform') === true ? 'DO NOT GIVE: ' : ''
  return {
    id,
    code: { ...code, text: `${never}${code.text}${added}` },
    dosage,
    ...(start === undefined ? {} : { start }),
    ...(prescriber === undefined ? {} : { prescriber }),
    ...(highRisk === undefined ? {} : { highRisk }),
  }
}
