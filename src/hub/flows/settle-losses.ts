import type { Database } from '../../base/database.ts'
import { HOUR } from '../../base/time.ts'
import { type Doubt, SECTION_NAMES } from '../../chart/chart.ts'
import { isTooMuch, type Loss, SHRINK, type Shrink, withKept } from '../../chart/losses.ts'
import { lockCharts, setDoubts } from '../../chart/persons/store.ts'
import {
  forgetCharts,
  keepCharts,
  listCounts,
  recordCount,
  recordsExcept,
  recordsOf,
} from '../../chart/records/store.ts'
import { sectionsIn, type What } from '../held/held.ts'
import { heldDoubts } from '../held/held-doubts.ts'
import { noteRecovered, raiseShrink } from '../held/store.ts'
import {
  carryPending,
  dropWaiting,
  heldGone,
  type LossLine,
  lossesSince,
  lossWithin,
  noteLosses,
  putWaiting,
  type Waiting,
  waitingLosses,
  waitingOf,
  whatIn,
} from '../held/waiting/store.ts'
import type { Taking } from './take-charts.ts'

/** Losses of so long ago count together with those of this read: a table that is being emptied loses a little at each look. */
const TOGETHER_MS = HOUR
const BATCH = 500

type Pending = { patientId: string; held: What[]; lost: Loss }

/** When a read has told its changes: few losses are applied at once, many wait for its end. Gives how many records changed. */
export async function settleFew(db: Database, taking: Taking): Promise<number> {
  await lockCharts(db)
  const pending = (await waitingLosses(db, taking.sourceId)).filter(isPending)
  if (pending.length === 0 || pending.length > SHRINK.charts) return 0
  return (await tooMuchOf(db, taking, pending)).length > 0 ? 0 : await applyLosses(db, taking, pending)
}

/**
 * When a read has ended: what it would take away is applied where it is little, and held back where it is too much. `panel`: every id that the source
 * has; records not among them would go. `comparing`: the source is still being compared in parts, and many losses wait for the last part.
 */
export async function settleLosses(
  db: Database,
  taking: Taking,
  { panel, comparing = false }: { panel: string[] | undefined; comparing?: boolean },
): Promise<{ changed: number; held: Shrink[] }> {
  await lockCharts(db)
  if (panel !== undefined) await panelLosses(db, taking, panel)
  const waiting = await waitingLosses(db, taking.sourceId)
  const released = releasedFrom(waiting)
  const pending = waiting.filter(isPending)
  if ((pending.length === 0 && released.size === 0) || (comparing && pending.length > SHRINK.charts)) {
    await carryPending(db, taking.sourceId)
    await noteRecovered(db, taking.sourceId, taking.now)
    return { changed: 0, held: [] }
  }
  const held = await tooMuchOf(db, taking, pending)
  if (held.length > 0) await holdLosses(db, taking, pending, held)
  const what = new Set(held.map((shrink) => shrink.what))
  const changed = await applyLosses(
    db,
    taking,
    waiting.filter((one) =>
      whatIn(one.lost).some((part) => !what.has(part) && (!one.held.includes(part) || released.has(part))),
    ),
    { also: what, released },
  )
  await noteRecovered(db, taking.sourceId, taking.now)
  return { changed, held }
}

function isPending({ held, lost }: Pending): boolean {
  return whatIn(lost).some((what) => !held.includes(what))
}

/** What was held and is held of a few charts alone, since the source has the rest again: those are small true changes. */
function releasedFrom(waiting: readonly Pending[]): Set<What> {
  const counts = new Map<What, number>()
  for (const { held, lost } of waiting)
    for (const what of whatIn(lost)) if (held.includes(what)) counts.set(what, (counts.get(what) ?? 0) + 1)
  return new Set([...counts].filter(([, charts]) => charts <= SHRINK.charts).map(([what]) => what))
}

async function panelLosses(db: Database, { sourceId, began }: Taking, panel: string[]): Promise<void> {
  const known = await heldGone(db, sourceId)
  const named = new Set(panel)
  const back = [...known].filter((id) => named.has(id))
  await dropWaiting(db, sourceId, back)
  await setDoubts(db, sourceId, 'held', new Map(back.map((id) => [id, []])))
  const gone = (await recordsExcept(db, sourceId, panel)).filter((id) => !known.has(id))
  const lost: Loss = { chart: true, sections: {}, emptied: [] }
  for (let from = 0; from < gone.length; from += BATCH)
    await putWaiting(
      db,
      sourceId,
      gone
        .slice(from, from + BATCH)
        .map((patientId) => ({ patientId, heldId: undefined, held: [], lost, chart: undefined })),
      began,
    )
}

/** What is too much, by kind: the lists and charts of this read and of the last hour together. */
async function tooMuchOf(db: Database, { sourceId, now }: Taking, pending: Pending[]): Promise<Shrink[]> {
  const lines = linesOf(pending)
  if (new Set(lines.map(({ id }) => id)).size === 0) return []
  const past = await stillLost(
    db,
    sourceId,
    (await lossesSince(db, sourceId, now - TOGETHER_MS)).filter(({ what }) => what !== 'pending'),
  )
  const kinds = new Set(lines.map(({ what }) => what))
  const few = [...kinds].every(
    (what) =>
      new Set([...lines, ...past].filter((line) => line.what === what).map(({ id }) => id)).size <= SHRINK.charts,
  )
  if (few) return []
  const lists = await listCounts(db, sourceId)
  const charts = await recordCount(db, sourceId)
  return [...kinds].flatMap((what) => {
    const these = lines.filter((line) => line.what === what)
    const ids = new Set(these.map(({ id }) => id))
    // What goes again has been back meanwhile, and is lost once.
    const before = past.filter((line) => line.what === what && !ids.has(line.id))
    const shrink = shrinkOf(what, these, before, lists, charts)
    return isTooMuch(shrink) ? [shrink] : []
  })
}

/** Without the charts that their source has again: only what is gone counts together. */
async function stillLost(db: Database, sourceId: string, past: LossLine[]): Promise<LossLine[]> {
  const charts = past.flatMap(({ what, id }) => (what === 'charts' ? id : []))
  const back = await recordsOf(db, sourceId, [...new Set(charts)])
  return past.filter(({ what, id }) => what !== 'charts' || !back.has(id))
}

function shrinkOf(
  what: What,
  now: LossLine[],
  before: LossLine[],
  lists: { entries: number[]; filled: number[] },
  charts: number,
): Shrink {
  const all = [...now, ...before]
  const sum = (lines: LossLine[]): number => lines.reduce((total, { entries }) => total + entries, 0)
  const emptied = (lines: LossLine[]): number => lines.filter((line) => line.emptied).length
  const at = SECTION_NAMES.findIndex((name) => name === what)
  return {
    what,
    charts: new Set(all.map(({ id }) => id)).size,
    entries: sum(all),
    of: (what === 'charts' ? charts : (lists.entries[at] ?? 0)) + sum(before),
    emptied: emptied(all),
    filled: (what === 'charts' ? charts : (lists.filled[at] ?? 0)) + emptied(before),
  }
}

function linesOf(pending: Pending[]): LossLine[] {
  return pending.flatMap(({ patientId, held, lost }) =>
    whatIn(lost)
      .filter((what) => !held.includes(what))
      .map((what) => lineOf(patientId, lost, what)),
  )
}

function lineOf(id: string, lost: Loss, what: What): LossLine {
  if (what === 'charts' || what === 'visits') return { what, id, entries: 1, emptied: true }
  return { what, id, entries: lost.sections[what] ?? 0, emptied: lost.emptied.includes(what) }
}

type Stays = { also: ReadonlySet<What>; released: ReadonlySet<What> }

/** Takes out what is believed; what is held back, before or now (`also`), stays in the charts unless it is `released`. */
async function applyLosses(
  db: Database,
  taking: Taking,
  losses: Pending[],
  { also, released }: Stays = { also: new Set(), released: new Set() },
): Promise<number> {
  const { sourceId, now } = taking
  const stays = ({ held, lost }: Pending): What[] =>
    whatIn(lost).filter((what) => also.has(what) || (held.includes(what) && !released.has(what)))
  let changed = 0
  for (let from = 0; from < losses.length; from += BATCH) {
    const ids = losses.slice(from, from + BATCH).map(({ patientId }) => patientId)
    const waiting = [...(await waitingOf(db, sourceId, ids)).values()]
    const shown = await recordsOf(db, sourceId, ids)
    const kept = waiting.flatMap((one) => {
      const before = shown.get(one.patientId)?.chart
      return one.chart === undefined || before === undefined
        ? (one.chart ?? [])
        : withKept(one.chart, before, sectionsIn(stays(one)))
    })
    changed += await keepCharts(db, kept)
    const gone = waiting.filter((one) => one.chart === undefined && stays(one).length === 0)
    changed += await forgetCharts(
      db,
      sourceId,
      gone.map(({ patientId }) => patientId),
      now,
    )
    await noteLosses(
      db,
      sourceId,
      waiting.flatMap((one) => {
        const left = stays(one)
        return whatIn(one.lost).flatMap((what) => (left.includes(what) ? [] : [lineOf(one.patientId, one.lost, what)]))
      }),
      now,
    )
    await keepWaiting(
      db,
      taking,
      waiting.map((one) => ({ ...one, held: stays(one) })),
    )
  }
  return changed
}

/** Of what waits, that which is still held goes on waiting; the rest is over. */
async function keepWaiting(db: Database, { sourceId, began }: Taking, waiting: Waiting[]): Promise<void> {
  const over = waiting.filter(({ held }) => held.length === 0).map(({ patientId }) => patientId)
  await dropWaiting(db, sourceId, over)
  const left = waiting
    .filter(({ held }) => held.length > 0)
    .map((one) => ({ ...one, lost: lossWithin(one.lost, one.held) }))
  await putWaiting(db, sourceId, left, began)
  await setDoubts(
    db,
    sourceId,
    'held',
    new Map([
      ...over.map((id): [string, Doubt[]] => [id, []]),
      ...left.map((one): [string, Doubt[]] => [one.patientId, heldDoubts(sourceId, one)]),
    ]),
  )
}

async function holdLosses(db: Database, taking: Taking, pending: Pending[], shrinks: Shrink[]): Promise<void> {
  const { sourceId, now, began } = taking
  const heldId = await raiseShrink(db, sourceId, shrinks, now)
  const what = new Set(shrinks.map((shrink) => shrink.what))
  const caught = pending.filter(({ lost }) => whatIn(lost).some((one) => what.has(one)))
  for (let from = 0; from < caught.length; from += BATCH) {
    const batch = caught.slice(from, from + BATCH)
    const waiting = await waitingOf(
      db,
      sourceId,
      batch.map(({ patientId }) => patientId),
    )
    const held = [...waiting.values()].map((one) => ({
      ...one,
      heldId,
      held: whatIn(one.lost).filter((part) => what.has(part) || one.held.includes(part)),
    }))
    await putWaiting(db, sourceId, held, began)
    await setDoubts(db, sourceId, 'held', new Map(held.map((one) => [one.patientId, heldDoubts(sourceId, one)])))
  }
}
