import type { Instant } from '../base/time.ts'
import { addDays, type Day, dayOf, instantAt } from '../base/zone.ts'
import { APPOINTMENT_STATUSES, type Appointment, type AppointmentStatus } from './chart.ts'

/** Whether somebody is to be expected, or was seen: the rest stay on the schedule, struck through. */
const EXPECTED: { [Status in AppointmentStatus]: boolean } = {
  booked: true,
  pending: true,
  arrived: true,
  'in-room': true,
  'checked-out': true,
  cancelled: false,
  'no-show': false,
  'left-without-being-seen': false,
  unknown: true,
}

export const STATUS_WORDS: { [Status in AppointmentStatus]: string } = {
  booked: 'Booked',
  pending: 'Pending',
  arrived: 'Arrived',
  'in-room': 'In room',
  'checked-out': 'Checked out',
  cancelled: 'Canceled',
  'no-show': 'No-show',
  'left-without-being-seen': 'Left without being seen',
  unknown: 'Status unknown',
}

/** `Status unknown (“Left message”)`: the source's own word goes with a status that is not known. */
export function statusWords({ status, statusSaid }: Pick<Appointment, 'status' | 'statusSaid'>): string {
  const said = statusSaid?.trim() ?? ''
  return status === 'unknown' && said !== '' ? `${STATUS_WORDS.unknown} (“${said}”)` : STATUS_WORDS[status]
}

/** A visit whose status is a word of a newer version: the visit stays and says so. */
export function withKnownStatus(appointment: Appointment): Appointment {
  const { status } = appointment
  return APPOINTMENT_STATUSES.includes(status) ? appointment : { ...appointment, status: 'unknown', statusSaid: status }
}

export const HELD_BACK_WORDS = 'Not in the EHR’s last answer; kept'

/** What of a visit was not received, named, so that no line has a hole in it. */
export function patientNameOf({ patientName }: Pick<Appointment, 'patientName'>): string {
  return patientName.trim() === '' ? 'Name not received' : patientName
}

export function providerNameOf({ providerName }: Pick<Appointment, 'providerName'>): string {
  return providerName.trim() === '' ? 'Provider not received' : providerName
}

/** Undefined where the place is known. Sources that name none are kept under the word "unknown". */
export function placeMissing({ locationId }: Pick<Appointment, 'locationId'>): string | undefined {
  return locationId.trim() === '' || locationId === 'unknown' ? 'Location not received' : undefined
}

/** Visits that somebody may still come for; cancelled ones stand on the lists but get no sheet of their own. */
const COMING: readonly AppointmentStatus[] = ['booked', 'arrived', 'in-room', 'pending', 'unknown']

export function mayStillCome({ status }: Pick<Appointment, 'status'>): boolean {
  return COMING.includes(status)
}

export function isExpected(appointment: Appointment): boolean {
  return EXPECTED[appointment.status]
}

/** How a schedule is counted, on screens and on paper: every line of it, and how many of them are struck through. */
export function countVisits(visits: readonly Appointment[]): { visits: string; notSeen: string | undefined } {
  const gone = visits.filter((visit) => !isExpected(visit)).length
  return {
    visits: visits.length === 1 ? '1 visit' : `${visits.length} visits`,
    notSeen: gone === 0 ? undefined : `${gone} canceled or not seen`,
  }
}

/** What of a schedule nobody may rely on, counted for its heading: empty where all of it is sure. */
export function countDoubtful(visits: readonly Appointment[]): string[] {
  const held = visits.filter(({ heldBack }) => heldBack === true).length
  const unknown = visits.filter(({ status }) => status === 'unknown').length
  return [
    ...(held === 0 ? [] : [`${held} not in the EHR’s last answer and kept`]),
    ...(unknown === 0 ? [] : [`${unknown} with status unknown`]),
  ]
}

/** [midnight, next midnight) of `day` on the wall of `zone`: 23 or 25 hours on two days of the year. */
export function dayWindow(day: Day, zone: string): { from: Instant; to: Instant } {
  return { from: instantAt(day, '00:00', zone), to: instantAt(addDays(day, 1), '00:00', zone) }
}

/** The days around `now`: `before` whole days earlier up to and with `after` days later. */
export function windowAround(
  now: Instant,
  zone: string,
  before: number,
  after: number,
): { from: Instant; to: Instant } {
  const today = dayOf(now, zone)
  return { from: dayWindow(addDays(today, -before), zone).from, to: dayWindow(addDays(today, after), zone).to }
}

/** An appointment belongs to the day on which it starts, by the clinic's clock. */
export function ofDay(appointments: Appointment[], day: Day, zone: string): Appointment[] {
  const { from, to } = dayWindow(day, zone)
  return appointments.filter(({ start }) => start >= from && start < to)
}

/** The place of a visit of which nobody said where it is. */
export const UNKNOWN_PLACE = 'unknown'

/** Whose visits a site shows: those of its places, and those of which nobody knows the place. Somebody may come for them anywhere. */
export function placesOf({ locationIds }: { locationIds: readonly string[] }): string[] {
  return [...locationIds, UNKNOWN_PLACE]
}

/** Which site an appointment is for: the one that claims its location; undefined when none does. The first wins if two claim it. */
export function siteOf<Site extends { locationIds: string[] }>(
  appointment: Pick<Appointment, 'locationId'>,
  sites: Site[],
): Site | undefined {
  return sites.find(({ locationIds }) => locationIds.includes(appointment.locationId))
}

/** As a schedule is read: by time, then provider, then patient; stable for equal lines. */
export function inScheduleOrder(appointments: Appointment[]): Appointment[] {
  return appointments.toSorted(
    (a, b) =>
      a.start - b.start ||
      words(a.providerName, b.providerName) ||
      words(a.patientName, b.patientName) ||
      words(a.id, b.id),
  )
}

/** One list for each provider, in the order of their names, each in the order of time. */
export function byProvider(
  appointments: Appointment[],
): { providerId: string; providerName: string; appointments: Appointment[] }[] {
  const lists = Map.groupBy(inScheduleOrder(appointments), ({ providerId }) => providerId)
  return [...lists]
    .map(([providerId, own]) => ({
      providerId,
      providerName: own[0] === undefined ? '' : providerNameOf(own[0]),
      appointments: own,
    }))
    .sort((a, b) => words(a.providerName, b.providerName) || words(a.providerId, b.providerId))
}

function words(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
