import type { Instant } from '../../base/time.ts'
import type { AppointmentChange } from '../../chart/change.ts'
import type { Appointment, Patient } from '../../chart/chart.ts'
import { groupVisitId } from '../../chart/group-visits.ts'
import { personName } from '../../chart/name.ts'
import { UNKNOWN_PLACE } from '../../chart/schedule.ts'
import { endingStatus, statusSaidBy } from './appointment-status.ts'
import { timesIn } from './appointment-time.ts'
import type { Segment } from './message.ts'
import { joined, notedSegments } from './notes.ts'
import { providerOf } from './patient.ts'
import { fault, NOTHING, type Sense, type Told, together } from './told.ts'

/** Whose visit it is. `id` is undefined where the message does not say which chart; `group` are the segments between this PID and the next. */
export type Visitor = { id: string | undefined; patient: Partial<Patient>; group: Segment[] }

type Part = Partial<Omit<Appointment, 'id' | 'sourceId' | 'asOf'>>

/** An SIU and the visit of one of its patients. */
type Visit = { appointmentId: string; trigger: string; sch: Segment; segments: Segment[]; visitor: Visitor | undefined }

/**
 * SIU S12 to S26 as changes of the visits of its patients. Blocked time (S23, S24) is nobody's visit. In a visit of several patients each has a
 * visit with an id of its own.
 */
export function appointmentsTold(trigger: string, segments: Segment[], visitors: Visitor[], sense: Sense): Told {
  if (trigger === 'S23' || trigger === 'S24') return NOTHING
  const sch = segments.find(({ name }) => name === 'SCH')
  const number = sch?.get(2) || sch?.get(1) || ''
  const only = visitors.length === 1 ? visitors[0] : undefined
  if (sch === undefined || number === '')
    return fault('SCH: the appointment has no number (SCH-1, SCH-2).', aboutOf(only))
  const standing = standingIn(segments, trigger)
  const visit = { trigger, sch, segments: standing }
  if (visitors.length <= 1)
    return together(
      ofGroup(visitTold({ ...visit, appointmentId: number, visitor: only }, sense), only),
      leavingGroup(trigger, number, only, sense),
    )
  const { sourceId, at } = sense
  // Who was alone in a visit before others joined it has the visit under an id of their own now.
  const alone: AppointmentChange = { type: 'appointment-gone', appointmentId: number, sourceId, at }
  return together(
    ...visitors.map((visitor, at) =>
      inGroup(
        visitTold({ ...visit, appointmentId: groupVisitId(number, visitor.id ?? `#${at + 1}`), visitor }, sense),
        number,
      ),
    ),
    { ...NOTHING, appointments: [alone] },
  )
}

/** A message of one patient, or of none, may speak of a group that an earlier one booked: who takes it in knows. */
function ofGroup(told: Told, visitor: Visitor | undefined): Told {
  const group = visitor?.id === undefined ? {} : { patientId: visitor.id }
  return { ...told, appointments: told.appointments.map((change) => ({ ...change, group })) }
}

function inGroup(told: Told, groupId: string): Told {
  const appointments = told.appointments.map((change) =>
    change.type === 'appointment' ? { ...change, appointment: { ...change.appointment, groupId } } : change,
  )
  return { ...told, appointments }
}

/** A message that ends the visit of one patient may speak of one of a group, whose visit has an id of its own. */
function leavingGroup(trigger: string, number: string, visitor: Visitor | undefined, sense: Sense): Told {
  const status = endingStatus(trigger)
  if (visitor?.id === undefined || (trigger !== 'S17' && status === undefined)) return NOTHING
  const told = { appointmentId: groupVisitId(number, visitor.id), sourceId: sense.sourceId, at: sense.at }
  return tells(
    status === undefined ? { type: 'appointment-gone', ...told } : { type: 'appointment-status', ...told, status },
  )
}

/** Segments but those that say what no longer holds: action code D (AIS-2, AIL-2 ...), also of their group (RGS-2), or of an S20, S21 or S22. */
function standingIn(segments: Segment[], trigger: string): Segment[] {
  const takesAway = ['S20', 'S21', 'S22'].includes(trigger)
  let groupGone = false
  return segments.filter((segment) => {
    const action = segment.get(2).toUpperCase()
    if (segment.name === 'RGS') groupGone = action === 'D'
    if (!['AIS', 'AIG', 'AIL', 'AIP'].includes(segment.name)) return true
    return action !== 'D' && !groupGone && !(takesAway && action === '')
  })
}

function visitTold(visit: Visit, sense: Sense): Told {
  const { appointmentId, trigger, sch, visitor } = visit
  const { sourceId, at } = sense
  if (trigger === 'S17') return tells({ type: 'appointment-gone', appointmentId, sourceId, at })
  const { start, end, unreadable, isDayOnly } = timesIn(visit.segments, sense.zone)
  const status = statusSaidBy(trigger, sch)
  const ending = endingStatus(trigger)
  if (start === undefined && ending !== undefined)
    return tells({ type: 'appointment-status', appointmentId, sourceId, at, status: ending })
  const part: Part = {
    ...(start === undefined ? {} : { start }),
    // A visit that moved without a word of its length has no end that is known.
    ...(end === undefined ? (trigger === 'S13' && start !== undefined ? { end: start } : {}) : { end }),
    ...status,
    ...placeIn(visit, sense),
    ...providerIn(visit),
    ...whatFor(visit),
    ...who(visitor),
  }
  const faults = start === undefined ? startless(trigger, unreadable, part, visitor) : NOTHING
  if (start === undefined) return together(Object.keys(part).length > 0 ? tells(partOf()) : NOTHING, faults)
  const whole = wholeOf(visit, part, start, sense)
  const doubt = isDayOnly ? fault(DAY_ONLY, aboutOf(visitor)) : NOTHING
  if (trigger === 'S12') return together(tells({ type: 'appointment', appointment: whole }), doubt)
  // Whoever does not know the visit yet learns it from the first; for all others it is older than what they know.
  return together(tells({ type: 'appointment', appointment: { ...whole, asOf: BEFORE_ALL } }, partOf()), doubt)

  function partOf(): AppointmentChange {
    return { type: 'appointment-part', appointmentId, sourceId, at, part }
  }
}

const BEFORE_ALL: Instant = 1
const DAY_ONLY = 'The appointment has a day and no time of day; it is shown at midnight.'

function tells(...appointments: AppointmentChange[]): Told {
  return { ...NOTHING, appointments }
}

function startless(trigger: string, unreadable: boolean, part: Part, visitor: Visitor | undefined): Told {
  const fields = 'TQ1-7, AIS-4, AIP-6, AIG-8, AIL-6, SCH-11'
  if (unreadable) return fault(`The appointment's start time cannot be read (${fields}).`, aboutOf(visitor))
  const isUpdate = trigger !== 'S12' && trigger !== 'S13'
  if (isUpdate && Object.keys(part).length > 0) return NOTHING
  return fault(`The appointment has no start time (${fields}).`, aboutOf(visitor))
}

function aboutOf(visitor: Visitor | undefined): { patientId: string } | undefined {
  return visitor?.id === undefined ? undefined : { patientId: visitor.id }
}

function first({ segments, visitor }: Visit, name: string): Segment | undefined {
  const among = name === 'PV1' && visitor !== undefined ? visitor.group : segments
  return among.find((segment) => segment.name === name)
}

function placeIn(visit: Visit, sense: Sense): Pick<Part, 'locationId' | 'room'> {
  const place = first(visit, 'AIL')?.all(3)[0] ?? first(visit, 'PV1')?.all(3)[0]
  const [point, room, facility] = [place?.get(1) ?? '', place?.get(2) ?? '', place?.get(4) ?? '']
  const locationId = sense.reading.locationFrom === 'facility' ? facility || point : point || facility
  return { ...(locationId === '' ? {} : { locationId }), ...(room === '' ? {} : { room }) }
}

function providerIn(visit: Visit): Pick<Part, 'providerId' | 'providerName'> {
  const provider = providerOf(first(visit, 'AIP')?.all(3)[0] ?? first(visit, 'PV1')?.all(7)[0])
  return provider === undefined ? {} : { providerId: provider.id, providerName: provider.name }
}

const COMMENTED = new Set(['SCH', 'TQ1', 'RGS', 'AIS', 'AIG', 'AIL', 'AIP'])

function whatFor(visit: Visit): Pick<Part, 'type' | 'reason'> {
  const { sch } = visit
  const comments = notedSegments(visit.segments).noted.filter(({ segment }) => COMMENTED.has(segment.name))
  const reason = joined(sch.get(7, 2) || sch.get(7) || sch.get(6, 2) || sch.get(6), ...comments.map(({ note }) => note))
  const type = sch.get(8, 2) || sch.get(8)
  return { ...(type === '' ? {} : { type }), ...(reason === '' ? {} : { reason }) }
}

function who(visitor: Visitor | undefined): Part {
  if (visitor === undefined) return {}
  const { id, patient } = visitor
  const phone = patient.phones?.[0]?.number
  return {
    ...(id === undefined ? {} : { patientId: id, patientMrn: id }),
    ...(patient.name === undefined ? {} : { patientName: personName(patient.name) }),
    ...(patient.birthDate === undefined ? {} : { patientBirthDate: patient.birthDate }),
    ...(phone === undefined ? {} : { patientPhone: phone }),
  }
}

/** The visit where nothing of it is known yet. */
function wholeOf(visit: Visit, part: Part, start: Instant, sense: Sense): Appointment {
  const { appointmentId, sch } = visit
  const contact = providerOf(sch.all(12)[0])
  return {
    id: appointmentId,
    sourceId: sense.sourceId,
    asOf: sense.at,
    locationId: UNKNOWN_PLACE,
    patientId: undefined,
    patientName: personName({ family: '', given: [] }),
    providerId: contact?.id ?? 'unassigned',
    providerName: contact?.name ?? 'No provider named',
    end: start,
    status: 'booked',
    type: first(visit, 'AIS')?.get(3, 2) || 'Visit',
    ...part,
    start,
  }
}
