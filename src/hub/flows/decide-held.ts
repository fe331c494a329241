import { listPeople, personById } from '../../access/people/store.ts'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { Chart } from '../../chart/chart.ts'
import { lossOf, withKept } from '../../chart/losses.ts'
import { lockCharts, setDoubts } from '../../chart/persons/store.ts'
import { forgetCharts, keepCharts, recordsOf } from '../../chart/records/store.ts'
import {
  appointmentsById,
  forgetAppointments,
  heldAppointments,
  holdAppointments,
  keepAppointments,
} from '../../chart/visits/store.ts'
import {
  approvalsOf,
  covers,
  type HeldBack,
  type HeldStatus,
  type Move,
  movesOf,
  type NamedPerson,
  sectionsIn,
  seenOf,
  TAKEN_KEPT_MS,
} from '../held/held.ts'
import { heldDoubts } from '../held/held-doubts.ts'
import { peopleNow, seenPeople } from '../held/people-now.ts'
import { changesKept, heldById, keepDecision, moveHeld, noteRecovered, openShrink, raiseShrink } from '../held/store.ts'
import {
  dropTaken,
  dropWaiting,
  keepTaken,
  keepTakenVisits,
  lossWithin,
  putWaiting,
  takenIn,
  takenVisits,
  type Waiting,
  waitingInHold,
  waitingOf,
  whatIn,
} from '../held/waiting/store.ts'
import { decidersAmong, reasonGiven, whyNotDecide } from '../held/who-decides.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'
import { identityDoubts } from './identity-doubts.ts'
import { takeCharts } from './take-charts.ts'

export type Decided =
  | 'done'
  | 'needs-another-person'
  | 'not-possible'
  | 'not-found'
  | 'not-allowed'
  /** More is held back now than this person saw, or the chart is about somebody else. */
  | 'changed'

/** What each decision leads to; an approval that needs a second person leaves the question open. */
const LEADS: { [Decision in Move]: HeldStatus } = { approve: 'approved', reject: 'rejected', undo: 'open' }

export type Asked = {
  id: string
  decision: Move
  reason: string
  /** What the page showed: of a shrink `seenText`, of two people `seenPeople`. */
  seen?: string
}

/**
 * A person decides about something that is held back. Two different people approve where allergies or more than half of something would go; one is
 * enough to undo. `not-possible`: it was decided or ended meanwhile. Failure `permanent` without a reason, or with one that is too long.
 */
export async function decideHeld(centre: Centre, actor: Actor, asked: Asked): Promise<Decided> {
  const reason = reasonGiven(asked.reason)
  const outcome = await centre.db.transaction().execute(async (together) => {
    await lockCharts(together)
    const held = await heldById(together, asked.id)
    if (held === undefined) return 'not-found'
    const person = await personById(together, actor.personId)
    if (whyNotDecide(person, held.kind === 'shrink' ? 'shrink' : 'patients') !== undefined) return 'not-allowed'
    const now = centre.clock.now()
    const deciders = decidersAmong(await listPeople(together))
    const refused = refusalOf(held, actor, asked, { now, deciders, people: await peopleNow(together, held) })
    if (refused !== undefined) return refused
    const { shrinks } = held
    const made = { at: now, personId: actor.personId, login: actor.login, decision: asked.decision, reason, shrinks }
    await keepDecision(together, held.id, made)
    const about = { held: held.id, source: held.sourceId, decision: asked.decision }
    await centre.audit(together, [auditLine(centre, actor, 'held-back-decided', about, { reason })])
    const { needed, by } = approvalsOf({ ...held, decisions: [...held.decisions, made] }, deciders)
    if (asked.decision === 'approve' && by.length < needed) return 'needs-another-person'
    await (held.kind === 'shrink' ? moveShrink : moveIdentity)(together, held, asked.decision, now)
    return 'done'
  })
  await centre.changed(centre.db, ['sources', 'held', 'alarms'])
  if (outcome === 'done') centre.publishSoon()
  return outcome
}

function refusalOf(
  held: HeldBack,
  actor: Actor,
  { decision, seen }: Asked,
  { now, deciders, people }: { now: Instant; deciders: ReadonlySet<string>; people: NamedPerson[] },
): Decided | undefined {
  if (!movesOf(held).includes(decision) || isTooLateToUndo(held, decision, now)) return 'not-possible'
  if (decision !== 'approve') return undefined
  if (seen !== undefined && !isAsSeen(held, seen, people)) return 'changed'
  const { needed, by } = approvalsOf(held, deciders)
  return needed > 1 && by.some(({ personId }) => personId === actor.personId) ? 'needs-another-person' : undefined
}

function isAsSeen({ kind, shrinks }: HeldBack, seen: string, people: NamedPerson[]): boolean {
  return kind === 'shrink' ? covers(seenOf(seen), shrinks) : seen === seenPeople(people)
}

function isTooLateToUndo({ kind, endedAt }: HeldBack, decision: Move, now: Instant): boolean {
  return kind === 'shrink' && decision === 'undo' && endedAt !== undefined && now - endedAt >= TAKEN_KEPT_MS
}

async function moveShrink(db: Database, held: HeldBack, decision: Move, now: Instant): Promise<void> {
  if (decision === 'approve') {
    await moveHeld(db, held.id, held.status, 'approved', now)
    return takeAway(db, held, now)
  }
  // One question is open for a source: what comes back is added to it.
  const open = await openShrink(db, held.sourceId)
  await moveHeld(db, held.id, held.status, open === undefined ? LEADS[decision] : 'rejected', now)
  await bringBack(db, held, open === undefined ? held.id : await raiseShrink(db, held.sourceId, held.shrinks, now), now)
  await noteRecovered(db, held.sourceId, now)
}

async function takeAway(db: Database, held: HeldBack, now: Instant): Promise<void> {
  let after: { sourceId: string; patientId: string } | undefined
  for (;;) {
    const batch = await waitingInHold(db, held.id, after)
    const last = batch.at(-1)
    if (last === undefined) break
    after = last
    const ids = batch.map(({ patientId }) => patientId)
    const shown = await recordsOf(db, held.sourceId, ids)
    await keepTaken(
      db,
      held.id,
      held.sourceId,
      batch.flatMap((one) => {
        const record = shown.get(one.patientId)
        return record === undefined ? [] : [{ patientId: one.patientId, lists: one.held, chart: record.chart }]
      }),
    )
    const pending = batch.flatMap(pendingOf)
    const stays = new Map(pending.map(({ patientId, lost }) => [patientId, sectionsIn(whatIn(lost))]))
    await keepCharts(
      db,
      batch.flatMap(({ patientId, chart }) => {
        const before = shown.get(patientId)?.chart
        return chart === undefined || before === undefined
          ? (chart ?? [])
          : withKept(chart, before, stays.get(patientId) ?? [])
      }),
    )
    const gone = batch.filter(({ chart }) => chart === undefined).map(({ patientId }) => patientId)
    await forgetCharts(db, held.sourceId, gone, now)
    await dropWaiting(db, held.sourceId, ids)
    await putWaiting(db, held.sourceId, pending, now)
    await setDoubts(db, held.sourceId, 'held', new Map(ids.map((id) => [id, []])))
  }
  const visits = await heldAppointments(db, held.id)
  await keepTakenVisits(db, held.id, visits)
  await forgetAppointments(
    db,
    held.sourceId,
    visits.map(({ id }) => id),
  )
}

/** What a read that has not ended yet would take out of a held chart besides: nobody approved that, and the end of the read settles it. */
function pendingOf(one: Waiting): Waiting[] {
  const left = whatIn(one.lost).filter((what) => !one.held.includes(what))
  return one.chart === undefined || left.length === 0
    ? []
    : [{ ...one, heldId: undefined, held: [], lost: lossWithin(one.lost, left) }]
}

/** What was taken away is in the charts again beside what came since, and is held back as before, under the hold `heldId`. */
async function bringBack(db: Database, held: HeldBack, heldId: string, now: Instant): Promise<void> {
  const { sourceId } = held
  for (;;) {
    const batch = await takenIn(db, held.id)
    if (batch.length === 0) break
    const ids = batch.map(({ patientId }) => patientId)
    const current = await recordsOf(db, sourceId, ids)
    const before = await waitingOf(db, sourceId, ids)
    const charts: Chart[] = []
    const waiting: Waiting[] = []
    for (const { patientId, lists, chart } of batch) {
      const there = current.get(patientId)?.chart
      const known = before.get(patientId)
      // A record that its source has again needs nothing brought back.
      if (there !== undefined && lists.includes('charts')) continue
      const shown = there === undefined ? chart : withKept(there, chart, sectionsIn(lists))
      const said = known === undefined ? there : known.chart
      const lost = lossOf(shown, said)
      const kept = whatIn(lost).filter((what) => lists.includes(what) || known?.held.includes(what) === true)
      charts.push(shown)
      if (kept.length > 0) waiting.push({ patientId, heldId, held: kept, lost, chart: said })
    }
    await keepCharts(db, charts)
    await putWaiting(db, sourceId, waiting, now)
    const doubts = waiting.map((one) => [one.patientId, heldDoubts(sourceId, one)] as const)
    await setDoubts(db, sourceId, 'held', new Map(doubts))
    await dropTaken(db, held.id, sourceId, ids)
  }
  await bringBackVisits(db, held, heldId)
}

async function bringBackVisits(db: Database, { id, sourceId }: HeldBack, heldId: string): Promise<void> {
  const taken = await takenVisits(db, id)
  const current = await appointmentsById(
    db,
    sourceId,
    taken.map((visit) => visit.id),
  )
  // A visit that its source has again is as the source says.
  const visits = taken.filter((visit) => !current.has(visit.id))
  await keepAppointments(db, visits)
  await holdAppointments(
    db,
    sourceId,
    visits.map((visit) => visit.id),
    heldId,
  )
}

async function moveIdentity(db: Database, held: HeldBack, decision: Move, now: Instant): Promise<void> {
  await moveHeld(db, held.id, held.status, LEADS[decision], now)
  if (decision === 'approve')
    await takeCharts(db, { sourceId: held.sourceId, began: now, now }, await changesKept(db, held.id), 'approved')
  await identityDoubts(db, held.sourceId, [held.subject])
}
