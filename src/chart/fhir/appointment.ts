import { MINUTE } from '../../base/time.ts'
import type { Appointment, AppointmentStatus } from '../chart.ts'
import { personName } from '../name.ts'
import { conceptOf } from './concept.ts'
import { type Json, lookUp, numberIn, objectIn, objectsIn, textIn } from './json.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { mrnOf } from './patient.ts'
import { displayOf, nameOfToday, personNameOf, phonesOf } from './person.ts'
import { referenceKey, resolved } from './reference.ts'
import { dateOf, instantOf } from './when.ts'

const STATUS: { [status: string]: AppointmentStatus } = {
  booked: 'booked',
  arrived: 'arrived',
  'checked-in': 'arrived',
  fulfilled: 'checked-out',
  cancelled: 'cancelled',
  noshow: 'no-show',
  pending: 'pending',
}
/** Asked for, but on nobody's schedule. */
const NOT_ON_SCHEDULE = new Set(['proposed', 'waitlist', 'entered-in-error'])

/** FHIR Appointment: who, with whom, where and when stand among the participants. */
export function mapAppointment(resource: Json, id: string, context: FhirContext): Mapped {
  const given = textIn(resource, 'status') ?? ''
  if (NOT_ON_SCHEDULE.has(given)) {
    return { type: 'appointment-left-out', appointmentId: id, because: `its status is ${given}` }
  }
  const status = lookUp(STATUS, given)
  if (status === undefined) return setAside('its status is missing or none that FHIR has')
  const start = instantOf(textIn(resource, 'start'), context.zone)
  if (start === undefined) return setAside('it has no start that can be read')
  const minutes = numberIn(resource, 'minutesDuration') ?? 0
  const end = instantOf(textIn(resource, 'end'), context.zone) ?? start + Math.max(0, minutes) * MINUTE
  if (end < start) return setAside('it ends before it starts')
  const place = participant(resource, ['Location'])
  const provider = participant(resource, ['Practitioner', 'PractitionerRole'])
  const providerId = providerIdOf(provider, resource, context)
  const reason = textIn(resource, 'description') ?? wordsOf(resource, 'reasonCode')
  return {
    type: 'appointment',
    appointment: {
      id,
      sourceId: context.sourceId,
      asOf: context.asOf,
      locationId: idOf(place) ?? locationOfRole(provider, resource, context) ?? '',
      ...patientParts(resource, context),
      providerId: providerId ?? '',
      providerName: displayOf(provider, resource, context.directory) ?? '',
      start,
      end,
      status,
      type: wordsOf(resource, 'appointmentType') ?? wordsOf(resource, 'serviceType') ?? 'Visit',
      ...(reason === undefined ? {} : { reason }),
    },
  }
}

function participant(resource: Json, types: string[]): Json | undefined {
  return objectsIn(resource, 'participant')
    .map((one) => objectIn(one, 'actor'))
    .find((actor) => types.includes(referenceKey(actor)?.split('/')[0] ?? ''))
}

function idOf(actor: Json | undefined): string | undefined {
  return referenceKey(actor)?.split('/')[1]
}

/** A person may act under several roles: where the directory knows the role, the person's id counts. */
function providerIdOf(actor: Json | undefined, resource: Json, context: FhirContext): string | undefined {
  const role = resolved(actor, resource, context.directory)
  const person = role?.resourceType === 'PractitionerRole' ? idOf(objectIn(role, 'practitioner')) : undefined
  return person ?? idOf(actor)
}

function locationOfRole(actor: Json | undefined, resource: Json, context: FhirContext): string | undefined {
  const role = resolved(actor, resource, context.directory)
  return role?.resourceType === 'PractitionerRole' ? idOf(objectsIn(role, 'location')[0]) : undefined
}

type PatientParts = Pick<Appointment, 'patientId' | 'patientName' | 'patientBirthDate' | 'patientMrn' | 'patientPhone'>

function patientParts(resource: Json, context: FhirContext): PatientParts {
  const actor = participant(resource, ['Patient'])
  const patient = resolved(actor, resource, context.directory)
  const name = personNameOf(patient === undefined ? undefined : nameOfToday(patient))
  const birthDate = dateOf(textIn(patient, 'birthDate'), context.zone)
  const mrn = patient === undefined ? '' : mrnOf(patient)
  const phone = phonesOf(patient)[0]?.number
  return {
    patientId: idOf(actor),
    patientName: name === undefined ? (textIn(actor, 'display') ?? '') : personName(name),
    ...(birthDate === undefined ? {} : { patientBirthDate: birthDate }),
    ...(mrn === '' ? {} : { patientMrn: mrn }),
    ...(phone === undefined ? {} : { patientPhone: phone }),
  }
}

function wordsOf(resource: Json, field: string): string | undefined {
  const concept = objectsIn(resource, field)[0]
  return conceptOf(concept)?.text
}
