import { type Instant, MINUTE } from '../../base/time.ts'
import { APPOINTMENT_STATUSES, type Appointment } from '../../chart/chart.ts'
import { known } from './entries.ts'
import type { RowReader } from './row.ts'

/** Where a source says no end. */
const USUAL_MINUTES = 15

/** A row of `schedule` as an appointment; undefined when it cannot be placed: no id, place, provider, patient's name, start or status. */
export function visitFrom(row: RowReader, sourceId: string, asOf: Instant): Appointment | undefined {
  const id = row.needed('id')
  const locationId = row.needed('locationId')
  const patientName = row.needed('patientName')
  const providerId = row.needed('providerId')
  const start = needed(row, 'start', () => row.instant('start'))
  const status = needed(row, 'status', () => row.oneOf('status', APPOINTMENT_STATUSES))
  if (id === '' || locationId === '' || patientName === '' || providerId === '') return undefined
  if (start === undefined || status === undefined) return undefined
  return {
    id,
    sourceId,
    asOf,
    locationId,
    patientId: row.text('patientId'),
    patientName,
    providerId,
    providerName: row.text('providerName') ?? providerId,
    start,
    end: endOf(row, start),
    status,
    type: row.text('type') ?? 'Visit',
    ...known({
      patientBirthDate: row.partialDate('patientBirthDate'),
      patientMrn: row.text('patientMrn'),
      patientPhone: row.text('patientPhone'),
      reason: row.text('reason'),
      room: row.text('room'),
    }),
  }
}

function endOf(row: RowReader, start: Instant): Instant {
  const end = row.instant('end')
  if (end !== undefined && end >= start) return end
  const minutes = Number(row.text('minutes') ?? USUAL_MINUTES)
  return start + (Number.isFinite(minutes) && minutes >= 0 && minutes <= 1440 ? minutes : USUAL_MINUTES) * MINUTE
}

function needed<Value>(row: RowReader, name: string, read: () => Value | undefined): Value | undefined {
  const before = row.faults.length
  const value = read()
  if (value === undefined && row.faults.length === before) row.faults.push(`it has no ${name}`)
  return value
}
