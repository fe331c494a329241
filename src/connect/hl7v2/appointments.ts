import { HOUR, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import type { AppointmentChange } from '../../chart/change.ts'
import type { Appointment, AppointmentStatus, Patient } from '../../chart/chart.ts'
import { personName } from '../../chart/name.ts'
import type { Message, Segment } from './message.ts'
import { providerOf } from './patient.ts'
import { fault, NOTHING, type Sense, type Told } from './told.ts'
import { instantOf } from './when.ts'

/** What an SIU's trigger says of the visit; undefined: what SCH-25 says. */
const STATUS_BY_EVENT: { [trigger: string]: AppointmentStatus | undefined } = {
  S15: 'cancelled',
  S16: 'cancelled',
  S26: 'no-show',
}

export type Patiented = { id: string; patient: Partial<Patient> } | undefined

/** SIU S12 to S26 as one change of one appointment. Blocked time (S23, S24) is nobody's visit. */
export function appointmentTold(trigger: string, message: Message, patient: Patiented, sense: Sense): Told {
  if (trigger === 'S23' || trigger === 'S24') return NOTHING
  const sch = message.segments.find(({ name }) => name === 'SCH')
  const appointmentId = sch?.get(2) || sch?.get(1) || ''
  if (sch === undefined || appointmentId === '') return fault('SCH: the appointment has no number (SCH-1, SCH-2).')
  const { sourceId, at } = sense
  if (trigger === 'S17') return tells({ type: 'appointment-gone', appointmentId, sourceId, at })
  const status = STATUS_BY_EVENT[trigger] ?? statusOf(sch)
  const start = startOf(message, sch, sense.zone)
  if (start === undefined) {
    if (STATUS_BY_EVENT[trigger] !== undefined)
      return tells({ type: 'appointment-status', appointmentId, sourceId, at, status })
    return fault('The appointment has no start time (TQ1-7, AIS-4, AIP-6, AIG-8, AIL-6, SCH-11).')
  }
  const end = endOf(message, sch, start, sense.zone)
  return tells({
    type: 'appointment',
    appointment: appointmentOf({ appointmentId, sch, message, patient, status, start, end, sense }),
  })
}

function tells(change: AppointmentChange): Told {
  return { ...NOTHING, appointments: [change] }
}

type Found = {
  appointmentId: string
  sch: Segment
  message: Message
  patient: Patiented
  status: AppointmentStatus
  start: Instant
  end: Instant
  sense: Sense
}

function appointmentOf({ appointmentId, sch, message, patient, status, start, end, sense }: Found): Appointment {
  const first = (name: string): Segment | undefined => message.segments.find((segment) => segment.name === name)
  const place = first('AIL')?.all(3)[0] ?? first('PV1')?.all(3)[0]
  const facility = place?.get(4) ?? ''
  const point = place?.get(1) ?? ''
  const provider = providerOf(first('AIP')?.all(3)[0] ?? first('PV1')?.all(7)[0] ?? sch.all(12)[0])
  const room = place?.get(2) ?? ''
  const reason = sch.get(7, 2) || sch.get(7) || sch.get(6, 2) || sch.get(6)
  const type = sch.get(8, 2) || sch.get(8) || first('AIS')?.get(3, 2) || 'Visit'
  const phone = patient?.patient.phones?.[0]?.number
  const known = patient?.patient
  return {
    id: appointmentId,
    sourceId: sense.sourceId,
    asOf: sense.at,
    locationId: (sense.reading.locationFrom === 'facility' ? facility || point : point || facility) || 'unknown',
    patientId: patient?.id,
    patientName: personName(known?.name ?? { family: '', given: [] }),
    providerId: provider?.id ?? 'unassigned',
    providerName: provider?.name ?? 'No provider named',
    start,
    end,
    status,
    type,
    ...(known?.birthDate === undefined ? {} : { patientBirthDate: known.birthDate }),
    ...(patient === undefined ? {} : { patientMrn: patient.id }),
    ...(phone === undefined ? {} : { patientPhone: phone }),
    ...(reason === '' ? {} : { reason }),
    ...(room === '' ? {} : { room }),
  }
}

/** HL7 table 0278 in SCH-25, and the words that systems put there. */
function statusOf(sch: Segment): AppointmentStatus {
  const told = `${sch.get(25)} ${sch.get(25, 2)}`.toLowerCase()
  return STATUS_WORDS.find(([words]) => words.test(told))?.[1] ?? 'booked'
}

const STATUS_WORDS: [RegExp, AppointmentStatus][] = [
  [/no.?show/, 'no-show'],
  [/left|lwbs/, 'left-without-being-seen'],
  [/cancel|delete|\bdc\b|discontinued/, 'cancelled'],
  [/complete|checked.?out|fulfilled/, 'checked-out'],
  [/in.?room|started|roomed/, 'in-room'],
  [/arrived|checked.?in/, 'arrived'],
  [/pending|waitlist|proposed/, 'pending'],
]

/** Where the start of a visit stands, the field of the version first. */
const STARTS: [string, number, number][] = [
  ['TQ1', 7, 1],
  ['AIS', 4, 1],
  ['AIP', 6, 1],
  ['AIG', 8, 1],
  ['AIL', 6, 1],
  ['SCH', 11, 4],
]

function startOf(message: Message, sch: Segment, zone: string): Instant | undefined {
  for (const [name, field, component] of STARTS) {
    const segment = name === 'SCH' ? sch : message.segments.find((one) => one.name === name)
    const at = instantOf(segment?.get(field, component) ?? '', zone)
    if (at !== undefined) return at
  }
  return undefined
}

function endOf(message: Message, sch: Segment, start: Instant, zone: string): Instant {
  const first = (name: string): Segment | undefined => message.segments.find((segment) => segment.name === name)
  const told = instantOf(first('TQ1')?.get(8) ?? '', zone) ?? instantOf(sch.get(11, 5), zone)
  if (told !== undefined && told > start) return told
  const lengths: [string | undefined, string | undefined][] = [
    [first('AIS')?.get(7), first('AIS')?.get(8)],
    [sch.get(9), sch.get(10)],
    [first('AIP')?.get(9), first('AIP')?.get(10)],
  ]
  const [amount = '0', unit = ''] = lengths.find(([amount]) => Number(amount) > 0) ?? []
  return start + Math.min(Math.max(0, Number(amount) * unitMs(unit)), 24 * HOUR)
}

function unitMs(unit: string): number {
  if (/^s/i.test(unit)) return SECOND
  return /^h/i.test(unit) ? HOUR : MINUTE
}
