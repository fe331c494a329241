import type { AppointmentChange } from './change.ts'
import type { Appointment } from './chart.ts'

export function visitIdOf(change: AppointmentChange): string {
  return change.type === 'appointment' ? change.appointment.id : change.appointmentId
}

/** The id of one patient's visit among the visits of a group: `patient` tells it from the others. */
export function groupVisitId(number: string, patient: string): string {
  return `${number}/${patient}`
}

/** Which of these visits are of the group with this number. */
export function visitsOfGroup(visits: Iterable<Appointment | undefined>, number: string): Appointment[] {
  return [...visits].flatMap((visit) => (visit?.groupId === number ? [visit] : []))
}

/**
 * What a message about a visit's number says where that number is a group's, whose patients (`members`) have a visit each: of the patient that it
 * names, else of all of them. As it stands where the number is no group's.
 */
export function changesOfGroup(change: AppointmentChange, members: readonly Appointment[]): AppointmentChange[] {
  if (change.group === undefined || members.length === 0) return [change]
  const { patientId } = change.group
  if (patientId === undefined) return members.map((member) => retold(change, member.id, member))
  const own = groupVisitId(visitIdOf(change), patientId)
  const theirs = members.filter((member) => member.id === own || member.patientId === patientId)
  const more = { groupId: visitIdOf(change) }
  return theirs.length === 0 ? [retold(change, own, more)] : theirs.map(({ id }) => retold(change, id, more))
}

function retold(change: AppointmentChange, id: string, of: Partial<Appointment>): AppointmentChange {
  const { group: _, ...told } = change
  if (told.type !== 'appointment') return { ...told, appointmentId: id }
  const groupId = of.groupId === undefined ? {} : { groupId: of.groupId }
  return { ...told, appointment: { ...told.appointment, ...whoIn(of), ...groupId, id } }
}

/** Whose visit it is, as far as it is said. */
export function whoIn(visit: Partial<Appointment>): Partial<Appointment> {
  const { patientId, patientName, patientMrn, patientBirthDate, patientPhone } = visit
  const who = { patientId, patientName, patientMrn, patientBirthDate, patientPhone }
  return Object.fromEntries(Object.entries(who).filter(([, value]) => value !== undefined))
}
