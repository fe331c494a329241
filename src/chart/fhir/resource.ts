import { mapAllergy } from './allergy.ts'
import { mapAppointment } from './appointment.ts'
import { mapCondition } from './condition.ts'
import { mapCoverage } from './coverage.ts'
import { mapDevice, mapImmunization, mapProcedure } from './done.ts'
import { mapFlag } from './flag.ts'
import { isObject, type Json, objectsIn } from './json.ts'
import { staysBehind } from './label.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { mapMedication } from './medication.ts'
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
 * What one FHIR R4 resource means for us. Ids of entries are `Type/id`, so that two types may share one list of a chart. Never throws: what
 * cannot be understood is `set-aside` with a reason that holds no patient data.
 */
export function mapResource(resource: unknown, context: FhirContext): Mapped {
  if (!isObject(resource)) return setAside('it is no JSON object')
  const type = resource.resourceType
  if (typeof type !== 'string' || type === '') return setAside('it has no resourceType')
  if (SUPPORT.has(type)) return { type: 'support' }
  const mapping = Object.hasOwn(ENTRIES, type) ? ENTRIES[type] : undefined
  if (mapping === undefined && type !== 'Patient' && type !== 'Appointment') return { type: 'not-used' }
  if (!isId(resource.id)) return setAside('it has no id, or one that FHIR does not allow')
  const entryId = `${type}/${resource.id}`
  if (objectsIn(resource, 'modifierExtension').length > 0) {
    // FHIR R4, 2.4.1: whoever does not understand a modifier extension must not act on the element that carries it.
    return setAside('it carries a modifier extension, which may turn its meaning around')
  }
  if (type === 'Patient') return mapPatient(resource, resource.id, context)
  if (type === 'Appointment') return mapAppointment(resource, resource.id, context)
  if (staysBehind(resource)) return setAside('its label (42 CFR Part 2 or psychotherapy notes) keeps it out of charts')
  return mapping?.(resource, entryId, context) ?? { type: 'not-used' }
}
