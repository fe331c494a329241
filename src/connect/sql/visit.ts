import { type Instant, MINUTE } from '../../base/time.ts'
import { APPOINTMENT_STATUSES, type Appointment } from '../../chart/chart.ts'
import { personName } from '../../chart/name.ts'
import { UNKNOWN_PLACE } from '../../chart/schedule.ts'
import { known } from './entries.ts'
import type { RowReader } from './row.ts'

/** Where a source says no end. */
const USUAL_MINUTES = 15

/**
 * A row of `schedule` as an appointment. Only without a number or a start it cannot stand on a schedule (undefined); whatever else is missing or not
 * understood is shown as unknown.
 */
export function visitFrom(row: RowReader, sourceId: string, asOf: Instant): Appointment | undefined {
  const id = row.needed('id')
  const start = needed(row, 'start', () => row.instant('start'))
  if (id === '' || start === undefined) return undefined
  if (row.isDayOnly('start')) row.faults.push('start has a day and no time of day; the visit is shown at midnight')
  const providerId = row.text('providerId')
  const status = row.oneOf('status', APPOINTMENT_STATUSES) ?? 'unknown'
  const said = status === 'unknown' ? row.said('status') : undefined
  return {
    id,
    sourceId,
    asOf,
    locationId: row.text('locationId') ?? UNKNOWN_PLACE,
    patientId: row.text('patientId'),
    patientName: row.text('patientName') ?? personName({ family: '', given: [] }),
    providerId: providerId ?? 'unassigned',
    providerName: row.text('providerName') ?? providerId ?? 'No provider named',
    start,
    end: endOf(row, start),
    status,
    type: row.text('type') ?? 'Visit',
    ...known({
      statusSaid: said?.slice(0, 60),
      patientBirthDate: row.birthDate('patientBirthDate'),
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
  if (end !== undefined) row.faults.push('end is before start')
  const minutes = Number(row.text('minutes') ?? USUAL_MINUTES)
  if (Number.isFinite(minutes) && minutes >= 0 && minutes <= 1440) return start + minutes * MINUTE
  row.faults.push(`minutes holds something that is no number of minutes; ${USUAL_MINUTES} are shown`)
  return start + USUAL_MINUTES * MINUTE
}

function needed<Value>(row: RowReader, name: string, read: () => Value | undefined): Value | undefined {
  const before = row.faults.length
  const value = read()
  if (value === undefined && row.faults.length === before) row.faults.push(`it has no ${name}`)
  return value
}
