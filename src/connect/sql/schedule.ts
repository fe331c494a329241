import { hash } from 'node:crypto'
import type { Instant } from '../../base/time.ts'
import type { Appointment } from '../../chart/chart.ts'
import type { SetAside, SourcePart } from '../ehr.ts'
import { setAside, type Whence } from './aside.ts'
import type { Mapping } from './mapping.ts'
import { expandRecurrence } from './openemr-recurrence.ts'
import { bind, RowReader } from './row.ts'
import type { ResultSet, SqlSession, Values } from './session.ts'
import { daysOf, windowValues } from './since.ts'
import { parseStatement } from './statement.ts'
import { visitFrom } from './visit.ts'

/** The schedule as it was last read: told again as long as the source says that nothing in it has changed. */
export type KeptSchedule = { window: string; changed: string | undefined; rows: string; appointments: Appointment[] }

type ScheduleSpec = NonNullable<Mapping['schedule']>

export type ScheduleReading = {
  sourceId: string
  mapping: Mapping
  session: SqlSession
  asOf: Instant
  at: Instant
  values: Values
  window: { from: Instant; to: Instant }
}

export type ScheduleRead = { kept: KeptSchedule; parts: SourcePart[] }

/** Undefined where the mapping has no schedule: then nothing is said of appointments, and none are taken away. */
export async function readSchedule(
  reading: ScheduleReading,
  kept: KeptSchedule | undefined,
): Promise<ScheduleRead | undefined> {
  const { mapping, window, asOf } = reading
  if (mapping.schedule === undefined) return undefined
  const windowKey = `${window.from}-${window.to}`
  const changed = await changedText(reading)
  const before = kept?.window === windowKey ? kept : undefined
  if (before !== undefined && changed !== undefined && before.changed === changed) return told(before, [], reading)
  const result = await ask(reading, mapping.schedule.query, 'the query of schedule', ['schedule', 'query'])
  const rows = hash('sha256', JSON.stringify(result.rows), 'hex')
  if (before !== undefined && before.rows === rows) return told({ ...before, changed }, [], reading)
  const { appointments, aside } = appointmentsFrom(reading, result)
  return told({ window: windowKey, changed, rows, appointments }, aside, { window, asOf })
}

function told(kept: KeptSchedule, aside: SetAside[], reading: Pick<ScheduleReading, 'window' | 'asOf'>): ScheduleRead {
  const appointments = kept.appointments.map((appointment) => ({ ...appointment, asOf: reading.asOf }))
  const parts: SourcePart[] = [{ type: 'schedule', window: reading.window, appointments }]
  if (aside.length > 0) parts.unshift({ type: 'set-aside', records: aside })
  return { kept, parts }
}

async function changedText(reading: ScheduleReading): Promise<string | undefined> {
  const sql = reading.mapping.schedule?.changed
  if (sql === undefined) return undefined
  return JSON.stringify((await ask(reading, sql, 'the look for changes of schedule', ['schedule', 'changed'])).rows)
}

function ask(
  { mapping, session, window, values }: ScheduleReading,
  sql: string,
  what: string,
  path: string[],
): Promise<ResultSet> {
  return session.ask(
    parseStatement(sql, mapping.driver),
    { ...values, ...windowValues(window, mapping.zone, session) },
    { rows: mapping.limits.appointments, what: `${what} (${mapping.file}:${mapping.at(path).line})` },
  )
}

/** Rows as appointments of the window; what cannot be placed is set aside. */
export function appointmentsFrom(
  reading: Omit<ScheduleReading, 'session' | 'values'>,
  result: ResultSet,
): { appointments: Appointment[]; aside: SetAside[] } {
  const { mapping, window, at } = reading
  const { schedule } = mapping
  if (schedule === undefined) return { appointments: [], aside: [] }
  const whence = {
    what: 'schedule',
    file: mapping.file,
    line: mapping.at(['schedule', 'query']).line,
    columns: result.columns,
  }
  const { rows, aside } = expanded(reading, schedule, result, whence)
  const binding = bind(schedule.fields, rows.columns, mapping.zone)
  const seen = new Set<string>()
  const appointments: Appointment[] = []
  for (const row of rows.rows) {
    const reader = new RowReader(binding, row)
    const visit = visitFrom(reader, reading.sourceId, reading.asOf)
    const twice = visit !== undefined && seen.has(visit.id)
    if (twice) reader.faults.push('this appointment comes more than once; the first row was taken')
    if (reader.faults.length > 0)
      aside.push(setAside(whence, row, reader.text('id'), reader.faults, at, { patientId: reader.text('patientId') }))
    if (visit === undefined || twice || visit.start < window.from || visit.start >= window.to) continue
    seen.add(visit.id)
    appointments.push(visit)
  }
  return { appointments, aside }
}

function expanded(
  { mapping, window, at }: Omit<ScheduleReading, 'session' | 'values'>,
  { expand, fields }: ScheduleSpec,
  result: ResultSet,
  whence: Whence,
): { rows: ResultSet; aside: SetAside[] } {
  if (expand === undefined) return { rows: result, aside: [] }
  const { fromDay, toDay } = daysOf(window, mapping.zone)
  const { rows, faults } = expandRecurrence(result, fromDay, toDay)
  const id = result.columns.indexOf('id')
  const binding = bind(fields, result.columns, mapping.zone)
  const aside = faults.map(({ row, because }) => {
    const patientId = new RowReader(binding, row).text('patientId')
    return setAside(whence, row, row[id] ?? undefined, [because], at, { patientId })
  })
  return { rows, aside }
}
