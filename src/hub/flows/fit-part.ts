import { sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import type { Appointment, Patient } from '../../chart/chart.ts'
import { UNKNOWN_PLACE } from '../../chart/schedule.ts'
import type { SetAside, SourcePart } from '../../connect/ehr.ts'

type Part = Exclude<SourcePart, { type: 'end' }>

/** Longer ones fit into no index of the database. No EHR has such ids: a column or a field slipped. */
const LONGEST_ID = 512
const MOST_WORDS = 500

const UNFIT_ID =
  'It has an id that is longer than 512 characters or holds characters that are no text, so nobody can be named by it.'
const UNFIT_NUMBER =
  'Its record number is longer than 512 characters or holds characters that are no text, so it was left out.'

/**
 * What of a part the hub's store can keep. Connectors clean what they read, each in its own way; here it is certain, because one value that the database
 * refuses would break off the read, again each time, and hold up everybody's updates. What has no usable id is quarantined.
 */
export function fitPart(part: Part, at: Instant): { part: Part; aside: SetAside[] } {
  const aside: SetAside[] = []
  const unfit = (what: unknown, because: string, patientId?: string): void => {
    const raw = JSON.stringify(what)
    aside.push({
      key: `unfit/${sha256Hex(raw).slice(0, 24)}`,
      where: 'an answer of the source',
      because,
      raw: cleanText(raw),
      at,
      ...(patientId === undefined ? {} : { patientId }),
    })
  }
  const kept = <One>(all: readonly One[], idsOf: (one: One) => string[]): One[] =>
    all.filter((one) => {
      const fits = idsOf(one).every(isFit)
      if (!fits) unfit(one, UNFIT_ID)
      return fits
    })
  switch (part.type) {
    case 'charts': {
      const numbered = (change: ChartChange, patient: Partial<Patient>): Partial<Patient> => {
        if (patient.mrn === undefined || isFit(patient.mrn)) return cleaned(patient)
        unfit(change, UNFIT_NUMBER, patientIds(change)[0])
        return cleaned({ ...patient, mrn: '' })
      }
      return {
        part: { ...part, changes: kept(part.changes, patientIds).map((one) => withPatient(one, numbered)) },
        aside,
      }
    }
    case 'appointments':
      return { part: { ...part, changes: kept(part.changes, visitIds).map(cleanedVisitChange) }, aside }
    case 'schedule':
      return { part: { ...part, appointments: kept(part.appointments, ({ id }) => [id]).map(cleanedVisit) }, aside }
    case 'panel':
      return { part: { ...part, patientIds: part.patientIds.filter(isFit) }, aside }
    case 'set-aside':
      return { part: { ...part, records: part.records.map(fitAside) }, aside }
    case 'caught-up':
    case 'progress':
    case 'canary':
    default:
      return { part, aside }
  }
}

function isFit(id: string): boolean {
  return id.length <= LONGEST_ID && !id.includes('\0') && id.isWellFormed()
}

function patientIds(change: ChartChange): string[] {
  if (change.type === 'chart') return [change.chart.patient.id]
  return change.type === 'merge' ? [change.intoId, change.fromId] : [change.patientId]
}

function withPatient(
  change: ChartChange,
  fit: (change: ChartChange, patient: Partial<Patient>) => Partial<Patient>,
): ChartChange {
  if (change.type === 'chart') {
    const patient = { ...change.chart.patient, ...fit(change, change.chart.patient) }
    return { ...change, chart: { ...change.chart, patient } }
  }
  return change.type === 'patient' ? { ...change, patient: fit(change, change.patient) } : change
}

function visitIds(change: AppointmentChange): string[] {
  return [change.type === 'appointment' ? change.appointment.id : change.appointmentId]
}

function cleanedVisitChange(change: AppointmentChange): AppointmentChange {
  if (change.type === 'appointment') return { ...change, appointment: cleanedVisit(change.appointment) }
  return change.type === 'appointment-part' ? { ...change, part: cleanedVisit(change.part) } : cleaned(change)
}

/** A visit stays on the day list also where its patient, provider or place cannot be named. */
function cleanedVisit<Visit extends Partial<Appointment>>(visit: Visit): Visit {
  const { patientId, providerId, locationId } = visit
  return cleaned({
    ...visit,
    ...(patientId === undefined || isFit(patientId) ? {} : { patientId: undefined }),
    ...(providerId === undefined || isFit(providerId) ? {} : { providerId: 'unassigned' }),
    ...(locationId === undefined || isFit(locationId) ? {} : { locationId: UNKNOWN_PLACE }),
  })
}

function fitAside(record: SetAside): SetAside {
  const { key, where, because, patientId, ...rest } = record
  return {
    ...rest,
    key: isFit(key) ? key : `${cleanText(key).slice(0, 200)}#${sha256Hex(key).slice(0, 24)}`,
    where: cleanText(where).slice(0, MOST_WORDS),
    because: cleanText(because).slice(0, MOST_WORDS),
    raw: cleanText(record.raw),
    ...(patientId !== undefined && isFit(patientId) ? { patientId } : {}),
  }
}

/** NUL and half letters, which no column of the database takes, are seen to be missing. */
function cleanText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed()
}

/** JSON writes what must go as an escape, so most values are looked at once. */
function cleaned<Value>(value: Value): Value {
  const json = JSON.stringify(value)
  if (!/\\u0000|\\ud[89a-f]/.test(json)) return value
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same value with other texts
  return JSON.parse(json, (_key, held: unknown) => (typeof held === 'string' ? cleanText(held) : held)) as Value
}
