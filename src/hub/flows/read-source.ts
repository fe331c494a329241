import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import { outcomes, touchedBy } from '../../chart/apply.ts'
import { applyAppointmentChange } from '../../chart/apply-appointment.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { appointmentAfterMerge } from '../../chart/merge.ts'
import {
  appointmentsById,
  appointmentsOfPatient,
  chartsOf,
  forgetAppointments,
  forgetCharts,
  forgetChartsExcept,
  keepAppointments,
  keepCharts,
  replaceSchedule,
} from '../../chart/store.ts'
import type { EhrSource, SourcePart } from '../../connect/ehr.ts'
import type { SourceRead } from '../sources/sources.ts'
import {
  forgetAsideBefore,
  keepAside,
  noteProgress,
  noteReadBegun,
  noteReadEnded,
  noteReadFailed,
  type ReadEnd,
  sourceState,
} from '../sources/store.ts'

/** Appointments from yesterday to a week ahead travel to sites; two more days are held so that midnight finds the next day there. */
export const WINDOW_DAYS = { before: 1, after: 9 }

type Reader = {
  db: Database
  clock: Clock
  log: Log
  zone: string
  /** Called as soon as what changed is taken in, which may be long before the read has ended. */
  caughtUp?: () => void
}

/**
 * Reads one source to its end and makes the hub's charts and appointments what it says. Each part is one transaction; the cursor moves
 * only when the end was reached, so a read that breaks off is repeated from where the last whole one stood, and harmlessly.
 */
export async function readSource(reader: Reader, source: EhrSource, signal?: AbortSignal): Promise<SourceRead> {
  const { db, clock, log } = reader
  const began = clock.now()
  const state = await sourceState(db, source.id)
  const cursor = state?.cursor ?? null
  await noteReadBegun(db, source.id, began)
  const tally = { charts: 0, appointments: 0, setAside: 0 }
  try {
    const request = { cursor, window: windowAt(began, reader.zone), ...(signal === undefined ? {} : { signal }) }
    const end = await takeIn(reader, source, source.read(request), tally, state?.scheduleAsOf !== undefined)
    const read: SourceRead = {
      ...tally,
      endedAt: clock.now(),
      asOf: end.asOf,
      tookMs: clock.now() - began,
      outcome: 'done',
      because: 'read to its end',
    }
    await db.transaction().execute(async (together) => {
      if (cursor === null) await forgetAsideBefore(together, source.id, began)
      await noteReadEnded(together, source.id, end, read)
    })
    log.debug({ source: source.id, ...tally, tookMs: read.tookMs }, 'source read')
    return read
  } catch (thrown) {
    const kind = thrown instanceof Failure ? thrown.kind : 'ambiguous'
    const read: SourceRead = {
      ...tally,
      endedAt: clock.now(),
      asOf: undefined,
      tookMs: clock.now() - began,
      outcome: 'failed',
      because: saidOf(thrown),
    }
    await noteReadFailed(db, source.id, kind, read)
    log.warn({ source: source.id, kind, because: read.because, tookMs: read.tookMs }, 'source could not be read')
    return read
  }
}

/** A failure speaks for itself; what was never foreseen may carry anything in its message, so only its sort is told. */
function saidOf(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.message
  const sort = thrown instanceof Error ? thrown.name : typeof thrown
  return `The connector stopped in a way that it does not know (${sort}). The last whole read still stands; the next one tries again.`
}

export function windowAt(now: Instant, zone: string): { from: Instant; to: Instant } {
  const today = dayOf(now, zone)
  return {
    from: instantAt(addDays(today, -WINDOW_DAYS.before), '00:00', zone),
    to: instantAt(addDays(today, WINDOW_DAYS.after), '00:00', zone),
  }
}

type Tally = { charts: number; appointments: number; setAside: number }

async function takeIn(
  reader: Reader,
  source: EhrSource,
  parts: AsyncIterable<SourcePart>,
  tally: Tally,
  gaveSchedule: boolean,
): Promise<ReadEnd> {
  let canary: Instant | undefined
  // A source that asks or hears is as current in its schedule as in everything, once it reached its end. A drop folder knows only how old the
  // files are that spoke of appointments: a newer file of patients says nothing about the day.
  let tellsSchedule = gaveSchedule
  let dropped: Instant | undefined
  let named: string[] | undefined
  for await (const part of parts) {
    switch (part.type) {
      case 'charts':
        tally.charts += await reader.db.transaction().execute((together) => takeCharts(together, part.changes))
        break
      case 'appointments':
        tellsSchedule = true
        dropped = newest(dropped, part.changes.map(saidAt))
        tally.appointments += await reader.db
          .transaction()
          .execute((together) => takeAppointments(together, part.changes))
        break
      case 'schedule':
        tellsSchedule = true
        dropped = newest(
          dropped,
          part.appointments.map(({ asOf }) => asOf),
        )
        tally.appointments += await reader.db
          .transaction()
          .execute((together) => replaceSchedule(together, source.id, part.window, part.appointments))
        break
      case 'panel':
        named = [...(named ?? []), ...part.patientIds]
        break
      case 'set-aside':
        tally.setAside += part.records.length
        await keepAside(reader.db, source.id, part.records, reader.clock.now())
        break
      case 'caught-up':
        if (tally.charts + tally.appointments > 0) reader.caughtUp?.()
        break
      case 'progress':
        await noteProgress(reader.db, source.id, { done: part.done, of: part.of, what: part.what })
        break
      case 'canary':
        canary = Math.max(canary ?? part.stamp, part.stamp)
        break
      case 'end': {
        const panel = named
        if (panel !== undefined)
          tally.charts += await reader.db
            .transaction()
            .execute((together) => forgetChartsExcept(together, source.id, panel, part.asOf))
        return {
          cursor: part.cursor,
          asOf: part.asOf,
          scheduleAsOf: source.kind === 'files' ? dropped : tellsSchedule ? part.asOf : undefined,
          canary,
        }
      }
    }
  }
  throw new Failure(
    'transient',
    'The source stopped before it had said everything. What it said is kept; the next read begins where the last whole one ended.',
  )
}

async function takeCharts(db: Database, changes: ChartChange[]): Promise<number> {
  const charts: Map<string, Chart | undefined> = await chartsOf(db, [...new Set(changes.flatMap(touchedBy))])
  const touched = new Set<string>()
  for (const change of changes) {
    for (const { patientId, chart } of outcomes(change, (id) => charts.get(id))) {
      charts.set(patientId, chart)
      touched.add(patientId)
    }
    if (change.type === 'merge') await moveAppointments(db, change)
  }
  const gone = [...touched].filter((id) => charts.get(id) === undefined)
  const kept = [...touched].flatMap((id) => charts.get(id) ?? [])
  return (await keepCharts(db, kept)) + (await forgetCharts(db, gone, latest(changes)))
}

async function moveAppointments(db: Database, merge: ChartChange & { type: 'merge' }): Promise<void> {
  const theirs = await appointmentsOfPatient(db, merge.fromId)
  await keepAppointments(
    db,
    theirs.map((appointment) => appointmentAfterMerge(appointment, merge)),
  )
}

function saidAt(change: AppointmentChange): Instant {
  return change.type === 'appointment' ? change.appointment.asOf : change.at
}

function newest(before: Instant | undefined, said: readonly Instant[]): Instant | undefined {
  return said.reduce<Instant | undefined>((most, at) => Math.max(most ?? at, at), before)
}

function latest(changes: ChartChange[]): Instant {
  return changes.reduce(
    (newest, change) => Math.max(newest, change.type === 'chart' ? change.chart.asOf : change.at),
    0,
  )
}

async function takeAppointments(db: Database, changes: AppointmentChange[]): Promise<number> {
  const idOf = (change: AppointmentChange): string =>
    change.type === 'appointment' ? change.appointment.id : change.appointmentId
  const held: Map<string, Appointment | undefined> = await appointmentsById(db, [...new Set(changes.map(idOf))])
  const before = new Map(held)
  for (const change of changes) held.set(idOf(change), applyAppointmentChange(held.get(idOf(change)), change))
  const kept = [...held.values()].flatMap((appointment) => appointment ?? [])
  const gone = [...held.keys()].filter((id) => held.get(id) === undefined && before.get(id) !== undefined)
  return (await keepAppointments(db, kept)) + (await forgetAppointments(db, gone))
}
