import { Failure } from '../../base/failure.ts'
import type { Clock, Instant } from '../../base/time.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { SectionName } from '../../chart/chart.ts'
import type { ReadRequest, SetAside, SourcePart } from '../ehr.ts'
import { changedSince } from './changes.ts'
import { type Reading, readChunk } from './chunk.ts'
import { newCursor, parseCursor, type SqlCursor } from './cursor.ts'
import type { Mapping } from './mapping.ts'
import type { Memory } from './memory.ts'
import { newestStamp, stampIn } from './newest-stamp.ts'
import { currentTo } from './open-session.ts'
import type { Plan } from './plan.ts'
import { readSchedule } from './schedule.ts'
import type { SqlSession } from './session.ts'
import { timeValues } from './since.ts'

export type Held = { id: string; mapping: Mapping; plan: Plan; clock: Clock; memory: Memory }

/** How long one read goes on comparing before it lets the next one continue: a change must not wait behind it. */
const PASS_MS = 1000

/**
 * One read in one snapshot: the schedule, then either every chart (no cursor) or those that changed, and when it is due a part of the pass that
 * compares everything.
 */
export async function* readSource(held: Held, session: SqlSession, request: ReadRequest): AsyncIterable<SourcePart> {
  const { mapping, memory, clock } = held
  const before = parseCursor(request.cursor, mapping.digest)
  memory.resume(before?.nonce)
  const at = clock.now()
  const current = await currentTo(session, mapping)
  // By our own clock: what the source's clock shows may be wrong, how far it says that it is behind is what counts.
  const asOf = Math.min(at, Math.round(at - Math.max(0, current.now - current.asOf)))
  await session.beginSnapshot()
  const values = timeValues(at, mapping.zone, session)
  const reading: Reading = { sourceId: held.id, mapping, plan: held.plan, session, asOf, at, values }
  const told = new Map<string, number>()
  // On a complete load what is found is read anyway, and only remembered.
  const { ids, seen } = await changedSince(reading, before?.since ?? current.asOf, current, memory.seen)
  const changed = before === undefined ? new Set<string>() : ids
  const schedule = await readSchedule({ ...reading, window: request.window }, memory.schedule)
  yield* schedule?.parts ?? []
  yield* tellCharts(held, reading, [...changed], told)
  if (before !== undefined) yield { type: 'caught-up' }
  const due = before === undefined ? undefined : passOf(before, mapping, at)
  const soon = (schedule?.kept.appointments ?? []).flatMap(({ patientId }) => patientId ?? [])
  const pass =
    before === undefined
      ? yield* completeLoad(held, reading, told, soon)
      : due === undefined
        ? { after: null, comparedAt: before.comparedAt, asOf: finishedIn(before), gone: [] }
        : yield* passSlice(held, reading, told, due)
  yield* canaryOf(held, reading, told)
  await session.endSnapshot()
  const cursor = newCursor({
    digest: mapping.digest,
    since: current.asOf,
    comparedAt: pass.comparedAt,
    passAfter: pass.after,
    finishedAt: pass.after === null ? pass.asOf : before === undefined ? undefined : finishedIn(before),
    passBegan: pass.after === null ? undefined : pass.asOf,
  })
  const finished = Math.min(asOf, cursor.finishedAt ?? 0)
  memory.ended(cursor.nonce, { charts: told, gone: pass.gone, schedule: schedule?.kept, seen })
  yield {
    type: 'end',
    asOf,
    cursor,
    sections: agesOf(held, finished),
    deletionsAt: finished,
    comparing: pass.after !== null,
  }
}

/** Lists of which a change is found only when everything is compared are as old as the last comparison that was finished was when it began. */
function agesOf({ plan }: Held, finished: Instant): { [Name in SectionName]?: Instant } {
  return Object.fromEntries(plan.sections.filter(({ onlyByPass }) => onlyByPass).map(({ name }) => [name, finished]))
}

function finishedIn({ finishedAt, passAfter, comparedAt }: SqlCursor): Instant | undefined {
  return finishedAt ?? (passAfter === null ? comparedAt : undefined)
}

/** `asOf`: what the source was current to when the pass began. */
type Pass = { after: string | null; comparedAt: Instant; asOf: Instant | undefined; gone: string[] }

/** Everything, patients with an appointment first, so that the charts that the day needs are there while the rest still comes. */
async function* completeLoad(
  held: Held,
  reading: Reading,
  told: Map<string, number>,
  soon: string[],
): AsyncGenerator<SourcePart, Pass> {
  const ids = await panelOf(reading)
  const panel = new Set(ids)
  const first = new Set(soon.filter((id) => panel.has(id)))
  const order = [...first, ...ids.filter((id) => !first.has(id))]
  const { chunk } = held.mapping
  yield { type: 'progress', done: 0, of: ids.length, what: 'charts' }
  for (let from = 0; from < order.length; from += chunk) {
    yield* tellCharts(held, reading, order.slice(from, from + chunk), told)
    yield { type: 'progress', done: Math.min(order.length, from + chunk), of: ids.length, what: 'charts' }
  }
  yield { type: 'panel', patientIds: ids }
  return { after: null, comparedAt: reading.at, asOf: reading.asOf, gone: [] }
}

type Due = { after: string | null; began?: Instant }

/** Where the pass goes on (from the beginning: null), or undefined when none is due. */
function passOf(before: SqlCursor, mapping: Mapping, now: Instant): Due | undefined {
  const { passAfter, passBegan } = before
  // One of which nobody knows when it began would make lists look newer than they are: it begins anew.
  if (passAfter !== null) return passBegan === undefined ? { after: null } : { after: passAfter, began: passBegan }
  return now - before.comparedAt >= mapping.fullPass || now < before.comparedAt ? { after: null } : undefined
}

async function* passSlice(
  held: Held,
  reading: Reading,
  told: Map<string, number>,
  due: Due,
): AsyncGenerator<SourcePart, Pass> {
  const ids = await panelOf(reading)
  const { chunk } = held.mapping
  const { began: asOf = reading.asOf } = due
  const began = performance.now()
  let from = due.after === null ? 0 : ids.indexOf(due.after) + 1
  while (from < ids.length && performance.now() - began < PASS_MS) {
    yield* tellCharts(held, reading, ids.slice(from, from + chunk), told)
    from += chunk
  }
  if (from < ids.length) return { after: ids[from - 1] ?? null, comparedAt: reading.at, asOf, gone: [] }
  yield { type: 'panel', patientIds: ids }
  return { after: null, comparedAt: reading.at, asOf, gone: held.memory.notIn(ids) }
}

async function panelOf({ mapping, plan, session, values }: Reading): Promise<string[]> {
  const limit = {
    rows: mapping.limits.patients,
    what: `the query of patient ids (${mapping.file}:${mapping.at(['patients', 'ids']).line})`,
  }
  const { rows } = await session.ask(plan.ids, values, limit)
  const ids = [
    ...new Set(rows.flatMap(([id]) => (id === null || id === undefined || id.trim() === '' ? [] : id.trim()))),
  ]
  if (ids.length === 0)
    throw new Failure(
      'permanent',
      `${session.where}: it answers, but has no patients at all. An empty practice is not believed; the last whole read stands. Is this the right database, and may the account see its rows?`,
    )
  return ids
}

/** Reads the charts and tells those of which something is new. */
async function* tellCharts(
  held: Held,
  reading: Reading,
  ids: string[],
  told: Map<string, number>,
): AsyncGenerator<SourcePart> {
  const { chunk: size } = held.mapping
  for (let from = 0; from < ids.length; from += size) {
    const chunk = await readChunk(reading, ids.slice(from, from + size))
    const changes: ChartChange[] = []
    const aside: SetAside[] = []
    for (const id of chunk.ids) {
      const fingerprint = chunk.fingerprint(id)
      if (told.get(id) === fingerprint || (!told.has(id) && held.memory.knows(id, fingerprint))) continue
      const made = chunk.chart(id)
      told.set(id, fingerprint)
      aside.push(...made.aside)
      if (made.chart !== undefined) changes.push({ type: 'chart', chart: made.chart })
    }
    aside.push(...chunk.astray)
    if (changes.length > 0) yield { type: 'charts', changes }
    if (aside.length > 0) yield { type: 'set-aside', records: aside }
  }
}

/**
 * The canary's newest stamp. Where it follows a chart, it is what that chart says, read as every chart is, and only once the change of the chart was
 * found and told: a stamp in its own row proves nothing about charts.
 */
async function* canaryOf(held: Held, reading: Reading, told: ReadonlyMap<string, number>): AsyncGenerator<SourcePart> {
  const { mapping, session } = reading
  const stamp = await newestStamp(mapping, session)
  const patient = mapping.canary?.patient
  if (patient === undefined) {
    if (stamp !== undefined) yield { type: 'canary', stamp }
    return
  }
  const chunk = await readChunk(reading, [patient])
  const fingerprint = chunk.fingerprint(patient)
  const wasTold = told.get(patient) === fingerprint || held.memory.knows(patient, fingerprint)
  const { chart } = chunk.chart(patient)
  const inChart = chart === undefined ? undefined : stampIn(chart)
  if (wasTold && inChart !== undefined) yield { type: 'canary', stamp: Math.min(inChart, stamp ?? inChart) }
}
