import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import type { AppointmentChange } from '../../chart/change.ts'
import type { Shrink } from '../../chart/losses.ts'
import type { EhrSource, SourcePart } from '../../connect/ehr.ts'
import { sectionsIn } from '../held/held.ts'
import { shrinkWords } from '../held/held-words.ts'
import { openShrink } from '../held/store.ts'
import { dropPending } from '../held/waiting/store.ts'
import type { SourceRead, SourceState } from '../sources/sources.ts'
import {
  forgetAsideBefore,
  forgetAsideOf,
  keepAside,
  noteProgress,
  noteReadBegun,
  noteReadEnded,
  noteReadFailed,
  type ReadEnd,
  sourceState,
} from '../sources/store.ts'
import { fitPart } from './fit-part.ts'
import { settleFew, settleLosses } from './settle-losses.ts'
import { showQuarantine } from './show-quarantine.ts'
import { type Taking, takeCharts } from './take-charts.ts'
import { takeAppointments, takeSchedule } from './take-visits.ts'

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
 * only when the end was reached, so a read that breaks off is repeated from where the last whole one stood, and harmlessly. What a read would take
 * away is applied at its end, or held back where it is too much (settle-losses.ts).
 */
export async function readSource(reader: Reader, source: EhrSource, signal?: AbortSignal): Promise<SourceRead> {
  const { db, clock, log } = reader
  const began = clock.now()
  const state = await sourceState(db, source.id)
  const cursor = state?.cursor ?? null
  await dropPending(db, source.id)
  await noteReadBegun(db, source.id, began)
  const window = windowAt(began, reader.zone)
  const taken = newTaken(began, window, state?.scheduleAsOf !== undefined)
  try {
    const request = { cursor, window, ...(signal === undefined ? {} : { signal }) }
    const end = await takeIn(reader, source, source.read(request), taken)
    const read = await db.transaction().execute(async (together) => {
      const settled = await settleLosses(together, takingAt(source.id, taken, clock), {
        panel: taken.panel,
        comparing: end.comparing === true,
      })
      taken.charts += settled.changed
      const kept: SourceRead = {
        ...tallyOf(taken),
        endedAt: clock.now(),
        asOf: end.asOf,
        tookMs: clock.now() - began,
        outcome: 'done',
        because: endedWords(settled.held),
      }
      const over =
        cursor === null
          ? await forgetAsideBefore(together, source.id, began)
          : await forgetAsideOf(together, source.id, [...taken.whole], began)
      await showQuarantine(together, source.id, [...new Set([...over, ...taken.quarantined])])
      const held = (await openShrink(together, source.id))?.shrinks ?? []
      await noteReadEnded(together, source.id, stillHeld(endOf(source, end, taken), held, state), kept)
      return kept
    })
    log.debug({ source: source.id, ...tallyOf(taken), tookMs: read.tookMs }, 'source read')
    return read
  } catch (thrown) {
    const kind = thrown instanceof Failure ? thrown.kind : 'ambiguous'
    const read: SourceRead = {
      ...tallyOf(taken),
      endedAt: clock.now(),
      asOf: undefined,
      tookMs: clock.now() - began,
      outcome: 'failed',
      because: saidOf(thrown),
    }
    await dropPending(db, source.id)
    await noteReadFailed(db, source.id, kind, read)
    log.warn({ source: source.id, kind, because: read.because, tookMs: read.tookMs }, 'source could not be read')
    return read
  }
}

function endedWords(held: readonly Shrink[]): string {
  return held.length === 0 ? 'read to its end' : `read to its end; held back: ${held.map(shrinkWords).join(', ')}`
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

/** What a read has brought so far. */
type Taken = {
  began: Instant
  window: { from: Instant; to: Instant }
  charts: number
  appointments: number
  setAside: number
  /** Records that were read whole, and those of which something was quarantined. */
  whole: Set<string>
  quarantined: Set<string>
  panel: string[] | undefined
  canary: Instant | undefined
  /**
   * A source that is queried or listened to is as current in its schedule as in everything, once it reached its end. A drop folder knows only how
   * old the files are that spoke of appointments: a newer file of patients says nothing about the day.
   */
  tellsSchedule: boolean
  dropped: Instant | undefined
}

function newTaken(began: Instant, window: Taken['window'], tellsSchedule: boolean): Taken {
  return {
    began,
    window,
    charts: 0,
    appointments: 0,
    setAside: 0,
    whole: new Set(),
    quarantined: new Set(),
    panel: undefined,
    canary: undefined,
    tellsSchedule,
    dropped: undefined,
  }
}

function tallyOf({ charts, appointments, setAside }: Taken): Pick<Taken, 'charts' | 'appointments' | 'setAside'> {
  return { charts, appointments, setAside }
}

function takingAt(sourceId: string, { began }: Taken, clock: Clock): Taking {
  return { sourceId, began, now: clock.now() }
}

type End = SourcePart & { type: 'end' }

function endOf(source: EhrSource, end: End, taken: Taken): ReadEnd {
  return {
    cursor: end.cursor,
    asOf: end.asOf,
    scheduleAsOf: source.kind === 'files' ? taken.dropped : taken.tellsSchedule ? end.asOf : undefined,
    canary: taken.canary,
    sections: end.sections,
    deletionsAt: end.deletionsAt,
  }
}

/** A list that is held back is as old as the last answer that was believed, and so is the schedule. */
function stillHeld(end: ReadEnd, held: readonly Shrink[], before: SourceState | undefined): ReadEnd {
  const sections = { ...end.sections }
  for (const name of sectionsIn(held.map(({ what }) => what)))
    sections[name] = before?.sections[name] ?? before?.asOf ?? end.asOf
  const visits = held.some(({ what }) => what === 'visits')
  return { ...end, sections, ...(visits ? { scheduleAsOf: undefined } : {}) }
}

async function takeIn(reader: Reader, source: EhrSource, parts: AsyncIterable<SourcePart>, taken: Taken): Promise<End> {
  for await (const part of parts) {
    if (part.type === 'end') return part
    const { part: fit, aside } = fitPart(part, reader.clock.now())
    await takePart(reader, source.id, fit, taken)
    if (aside.length > 0) await takePart(reader, source.id, { type: 'set-aside', records: aside }, taken)
  }
  throw new Failure(
    'transient',
    'The source stopped before it had said everything. What it said is kept; the next read begins where the last whole one ended.',
  )
}

async function takePart(
  { db, clock, caughtUp }: Reader,
  sourceId: string,
  part: Exclude<SourcePart, End>,
  taken: Taken,
): Promise<void> {
  const within = <Done>(act: (together: Database, taking: Taking) => Promise<Done>): Promise<Done> =>
    db.transaction().execute((together) => act(together, takingAt(sourceId, taken, clock)))
  switch (part.type) {
    case 'charts':
      for (const change of part.changes) if (change.type === 'chart') taken.whole.add(change.chart.patient.id)
      taken.charts += await within((together, taking) => takeCharts(together, taking, part.changes))
      return
    case 'appointments':
      taken.tellsSchedule = true
      taken.dropped = newest(taken.dropped, part.changes.map(saidAt))
      taken.appointments += await within((together, taking) =>
        takeAppointments(together, taking, taken.window, part.changes),
      )
      return
    case 'schedule':
      taken.tellsSchedule = true
      taken.dropped = newest(
        taken.dropped,
        part.appointments.map(({ asOf }) => asOf),
      )
      taken.appointments += await within((together, taking) =>
        takeSchedule(together, taking, part.window, part.appointments),
      )
      return
    case 'panel':
      taken.panel = [...(taken.panel ?? []), ...part.patientIds]
      return
    case 'set-aside':
      taken.setAside += part.records.length
      await within(async (together) => {
        const patients = await keepAside(together, sourceId, part.records, clock.now())
        for (const id of patients) taken.quarantined.add(id)
        await showQuarantine(together, sourceId, patients)
      })
      return
    case 'caught-up':
      taken.charts += await within((together, taking) => settleFew(together, taking))
      if (taken.charts + taken.appointments > 0) caughtUp?.()
      return
    case 'progress':
      await noteProgress(db, sourceId, { done: part.done, of: part.of, what: part.what })
      return
    case 'canary':
      taken.canary = Math.max(taken.canary ?? part.stamp, part.stamp)
  }
}

function saidAt(change: AppointmentChange): Instant {
  return change.type === 'appointment' ? change.appointment.asOf : change.at
}

function newest(before: Instant | undefined, said: readonly Instant[]): Instant | undefined {
  return said.reduce<Instant | undefined>((most, at) => Math.max(most ?? at, at), before)
}
