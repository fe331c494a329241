import { about } from './about.ts'
import { mapAllergy } from './allergy.ts'
import { mapAppointment } from './appointment.ts'
import { absencesIn } from './bundle.ts'
import { mapCondition } from './condition.ts'
import { mapCoverage } from './coverage.ts'
import { mapDevice, mapImmunization, mapProcedure } from './done.ts'
import { aboutElsewhere, withoutElsewhere } from './elsewhere.ts'
import { mapFlag } from './flag.ts'
import { isObject, type Json, objectsIn } from './json.ts'
import { staysBehind } from './label.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { mapMedication } from './medication.ts'
import { withoutModified } from './modified.ts'
import { mapNote } from './note.ts'
import { mapObservation } from './observation.ts'
import { mapServiceRequest, mapTask } from './order.ts'
import { mapPatient } from './patient.ts'
import { isId } from './reference.ts'

type Mapping = (resource: Json, entryId: string, context: FhirContext) => Mapped

const ENTRIES: { [resourceType: string]: Mapping } = {
  AllergyIntolerance: mapAllergy,
  Condition: mapCondition,
  Coverage: mapCoverage,
  Device: mapDevice,
  DeviceUseStatement: mapDevice,
  DocumentReference: mapNote,
  Flag: mapFlag,
  Immunization: mapImmunization,
  MedicationRequest: mapMedication,
  MedicationStatement: mapMedication,
  Observation: mapObservation,
  Procedure: mapProcedure,
  ServiceRequest: mapServiceRequest,
  Task: mapTask,
}
/** Others refer to these; they are no part of a chart by themselves. */
const SUPPORT = new Set(['Practitioner', 'PractitionerRole', 'Location', 'Organization', 'Medication', 'RelatedPerson'])

/**
 * All that one FHIR R4 resource means for us: mostly one thing; a group visit is a visit of each patient, and what was understood in part comes with
 * a `set-aside` for the rest. Ids of entries are `Type/id`, so that two types may share one list of a chart. Never throws: what cannot be
 * understood is `set-aside` with a reason that holds no patient data, and with whose record and which list it is where that can be seen.
 */
export function meaningsOf(sent: unknown, context: FhirContext): Mapped[] {
  if (!isObject(sent)) return [setAside('it is no JSON object')]
  const { isOwn } = context
  const elsewhere = isOwn && aboutElsewhere(sent, isOwn)
  if (elsewhere !== undefined && isEntry(sent))
    return [setAside(`it is about a patient of another server (${elsewhere})`)]
  const resource = isOwn === undefined ? sent : withoutElsewhere(sent, isOwn)
  if (resource.resourceType === 'List' || resource.resourceType === 'Composition') return absencesIn(resource)
  const sound = withoutModified(resource)
  const found = mapped(sound.resource, context)
  if (sound.lost && found.some(({ type }) => type === 'entry' || type === 'patient' || type === 'appointment'))
    found.push(setAside('a part of it carries a modifier extension and was left out'))
  // Of what must not travel in a chart, not even that there is such a record is told with the patient.
  const asides = stays(resource) ? found : found.map((one) => (one.type === 'set-aside' ? about(resource, one) : one))
  return oneAside(asides)
}

/** The most telling of them, for those who expect one. */
export function mapResource(resource: unknown, context: FhirContext): Mapped {
  const found = meaningsOf(resource, context)
  return found.find(({ type }) => type === 'appointment') ?? found[0] ?? { type: 'not-used' }
}

function isEntry({ resourceType }: Json): boolean {
  return typeof resourceType === 'string' && Object.hasOwn(ENTRIES, resourceType)
}

function mapped(resource: Json, context: FhirContext): Mapped[] {
  const type = resource.resourceType
  if (typeof type !== 'string' || type === '') return [setAside('it has no resourceType')]
  if (SUPPORT.has(type)) return [{ type: 'support' }]
  const mapping = Object.hasOwn(ENTRIES, type) ? ENTRIES[type] : undefined
  if (mapping === undefined && type !== 'Patient' && type !== 'Appointment') return [{ type: 'not-used' }]
  if (!isId(resource.id)) return [setAside('it has no id, or one that FHIR does not allow')]
  if (objectsIn(resource, 'modifierExtension').length > 0) {
    // FHIR R4, 2.4.1: whoever does not understand a modifier extension must not act on the element that carries it.
    return [setAside('it carries a modifier extension, which may turn its meaning around')]
  }
  if (type === 'Patient') return mapPatient(resource, resource.id, context)
  if (type === 'Appointment') return mapAppointment(resource, resource.id, context)
  if (stays(resource)) return [setAside('its label (42 CFR Part 2 or psychotherapy notes) keeps it out of charts')]
  return [mapping?.(resource, `${type}/${resource.id}`, context) ?? { type: 'not-used' }]
}

function stays(resource: Json): boolean {
  return resource.resourceType !== 'Patient' && resource.resourceType !== 'Appointment' && staysBehind(resource)
}

/** A record is quarantined once, with all of its reasons. */
function oneAside(found: Mapped[]): Mapped[] {
  const asides = found.filter((one) => one.type === 'set-aside')
  const [first] = asides
  if (first === undefined || asides.length === 1) return found
  const because = [...new Set(asides.map((one) => one.because))].join('; ')
  return [...found.filter(({ type }) => type !== 'set-aside'), { ...first, because }]
}
