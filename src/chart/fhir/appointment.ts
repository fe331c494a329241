import { type Instant, MINUTE } from '../../base/time.ts'
import type { Appointment, AppointmentStatus } from '../chart.ts'
import { placeOf, providerOf, subjectsOf } from './appointment-people.ts'
import { conceptOf, statusWord } from './concept.ts'
import { type Json, lenientNumberIn, lookUp, objectsIn, saidIn, textIn } from './json.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { instantOf } from './when.ts'

const STATUS: { [status: string]: AppointmentStatus } = {
  booked: 'booked',
  arrived: 'arrived',
  'checked-in': 'arrived',
  fulfilled: 'checked-out',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  noshow: 'no-show',
  'no-show': 'no-show',
  pending: 'pending',
}
/** Asked for, but on nobody's schedule. */
const NOT_ON_SCHEDULE = new Set(['proposed', 'waitlist', 'entered-in-error'])

/**
 * FHIR Appointment: who, with whom, where and when stand among the participants. Somebody may come for whatever has a start, so a status that is
 * missing or unknown, people who are named in words alone and an end that cannot be read keep no visit off the schedule. A group visit is one visit
 * of each patient.
 */
export function mapAppointment(resource: Json, id: string, context: FhirContext): Mapped[] {
  const subjects = subjectsOf(resource, context)
  const lines = subjects.map((subject) => ({ subject, id: subjects.length === 1 ? id : `${id}~${subject.key}` }))
  const given = textIn(resource, 'status')
  const word = statusWord(given ?? '')
  if (NOT_ON_SCHEDULE.has(word)) {
    const because = `its status is ${word}`
    return leftOut([id, ...lines.map((line) => line.id)], because)
  }
  const start = instantOf(textIn(resource, 'start'), context.zone)
  if (start === undefined) return [setAside('it has no start that can be read')]
  const { end, doubt } = endOf(resource, start, context)
  const shared = { ...partsOf(resource, context), start, end, ...statusOf(word, given) }
  const appointments = lines.map((line): Mapped => {
    const { key: _, doubt: __, ...subject } = line.subject
    return { type: 'appointment', appointment: { ...shared, ...subject, id: line.id } }
  })
  const isDayOnly = /^\d{4}-\d{2}-\d{2}$/.test(textIn(resource, 'start') ?? '')
  const timeless = isDayOnly ? 'it has a day and no time of day; the visit is shown at midnight' : undefined
  const doubts = [timeless, doubt, ...subjects.map((subject) => subject.doubt)].filter((one) => one !== undefined)
  // A visit that became one of a group is no longer a line of its own.
  const before = lines.length > 1 ? leftOut([id], 'it is a group visit') : []
  return [...before, ...appointments, ...[...new Set(doubts)].map(setAside)]
}

function leftOut(ids: string[], because: string): Mapped[] {
  return [...new Set(ids)].map((appointmentId) => ({ type: 'appointment-left-out', appointmentId, because }))
}

function statusOf(word: string, given: string | undefined): Pick<Appointment, 'status' | 'statusSaid'> {
  const status = lookUp(STATUS, word)
  if (status !== undefined) return { status }
  return { status: 'unknown', ...(given === undefined ? {} : { statusSaid: given }) }
}

function endOf(resource: Json, start: Instant, context: FhirContext): { end: Instant; doubt?: string } {
  const minutes = lenientNumberIn(resource, 'minutesDuration') ?? 0
  const counted = start + Math.max(0, minutes) * MINUTE
  const said = saidIn(resource, 'end')
  const end = instantOf(said, context.zone)
  if (end !== undefined && end >= start) return { end }
  if (said === undefined) return { end: counted }
  return { end: counted, doubt: end === undefined ? 'its end cannot be read' : 'it ends before it starts' }
}

function partsOf(
  resource: Json,
  context: FhirContext,
): Pick<Appointment, 'sourceId' | 'asOf' | 'locationId' | 'providerId' | 'providerName' | 'type' | 'reason' | 'room'> {
  const provider = providerOf(resource, context)
  const place = placeOf(resource, context)
  const reason = textIn(resource, 'description') ?? wordsOf(resource, 'reasonCode') ?? wordsOf(resource, 'reason')
  return {
    sourceId: context.sourceId,
    asOf: context.asOf,
    locationId: place.id ?? provider.locationId ?? '',
    providerId: provider.id,
    providerName: provider.name,
    type: wordsOf(resource, 'appointmentType') ?? wordsOf(resource, 'serviceType') ?? 'Visit',
    ...(reason === undefined ? {} : { reason }),
    ...(place.words === undefined ? {} : { room: place.words }),
  }
}

function wordsOf(resource: Json, field: string): string | undefined {
  const concept = objectsIn(resource, field)[0]
  return conceptOf(concept)?.text
}
