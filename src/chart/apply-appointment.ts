import type { AppointmentChange } from './change.ts'
import type { Appointment } from './chart.ts'

/** An appointment after a change, like `applyChange`; undefined when it is no longer in the source, or when only its status was ever told. */
export function applyAppointmentChange(
  appointment: Appointment | undefined,
  change: AppointmentChange,
): Appointment | undefined {
  switch (change.type) {
    case 'appointment':
      return appointment !== undefined && appointment.asOf > change.appointment.asOf ? appointment : change.appointment
    case 'appointment-part':
      if (appointment === undefined || appointment.asOf > change.at) return appointment
      return { ...appointment, ...moved(appointment, change.part), asOf: change.at }
    case 'appointment-status':
      if (appointment === undefined || appointment.asOf > change.at) return appointment
      return { ...appointment, status: change.status, asOf: change.at }
    case 'appointment-gone':
    default:
      return appointment !== undefined && appointment.asOf > change.at ? appointment : undefined
  }
}

/** A visit that is moved without a word on its length keeps the length it had. */
function moved(appointment: Appointment, part: Partial<Appointment>): Partial<Appointment> {
  if (part.start === undefined || (part.end !== undefined && part.end > part.start)) return part
  return { ...part, end: part.start + (appointment.end - appointment.start) }
}
