import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import { outcomes, touchedBy } from '../../chart/apply.ts'
import type { Chart } from '../../chart/chart.ts'
import { lossOf, withKept } from '../../chart/losses.ts'
import { lockCharts, setDoubts } from '../../chart/persons/store.ts'
import { forgetCharts, keepCharts, recordsOf } from '../../chart/records/store.ts'
import { forgetAppointments, heldAppointments, holdAppointments, keepAppointments } from '../../chart/visits/store.ts'
import { approvalsOf, type HeldBack, type HeldStatus, type Move, movesOf, sectionsIn } from '../held/held.ts'
import { changesKept, heldById, keepDecision, moveHeld } from '../held/store.ts'
import {
  dropTaken,
  dropWaiting,
  keepTaken,
  keepTakenVisits,
  putWaiting,
  takenIn,
  takenVisits,
  type Waiting,
  waitingInHold,
} from '../held/waiting/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'
import { identityDoubts } from './identity-doubts.ts'
import { heldDoubts } from './settle-losses.ts'

export type Decided = 'done' | 'needs-another-person' | 'not-possible' | 'not-found'

/** What each decision leads to; an approval that needs a second person leaves the question open. */
const LEADS: { [Decision in Move]: HeldStatus } = { approve: 'approved', reject: 'rejected', undo: 'open' }

/**
 * A person decides about something that is held back. Two different people approve where allergies or more than half of something would go; one is
 * enough to undo. `not-possible`: it was decided or ended meanwhile. Failure `permanent` without a reason.
 */
export async function decideHeld(
  centre: Centre,
  actor: Actor,
  asked: { id: string; decision: Move; reason: string },
): Promise<Decided> {
  const reason = asked.reason.trim().slice(0, 500)
  if (reason === '') throw new Failure('permanent', 'Give a reason. Nothing was changed.')
  const outcome = await centre.db.transaction().execute(async (together) => {
    await lockCharts(together)
    const held = await heldById(together, asked.id)
    if (held === undefined) return 'not-found'
    if (!movesOf(held).includes(asked.decision)) return 'not-possible'
    const now = centre.clock.now()
    const made = { at: now, personId: actor.personId, login: actor.login, decision: asked.decision, reason }
    await keepDecision(together, held.id, made)
    const about = { held: held.id, source: held.sourceId, decision: asked.decision }
    await centre.audit(together, [auditLine(centre, actor, 'held-back-decided', about, { reason })])
    const { needed, by } = approvalsOf({ ...held, decisions: [...held.decisions, made] })
    if (asked.decision === 'approve' && by.length < needed) return 'needs-another-person'
    await moveHeld(together, held.id, held.status, LEADS[asked.decision], now)
    await (held.kind === 'shrink' ? moveShrink : moveIdentity)(together, held, asked.decision, now)
    return 'done'
  })
  await centre.changed(centre.db, ['sources', 'held', 'alarms'])
  if (outcome === 'done') centre.publishSoon()
  return outcome
}

async function moveShrink(db: Database, held: HeldBack, decision: Move, now: Instant): Promise<void> {
  await (decision === 'approve' ? takeAway(db, held, now) : bringBack(db, held, now))
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
    await keepCharts(
      db,
      batch.flatMap(({ chart }) => chart ?? []),
    )
    const gone = batch.filter(({ chart }) => chart === undefined).map(({ patientId }) => patientId)
    await forgetCharts(db, held.sourceId, gone, now)
    await dropWaiting(db, held.sourceId, ids)
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

/** What was taken away stands in the charts again beside what came since, and is held back as before. */
async function bringBack(db: Database, held: HeldBack, now: Instant): Promise<void> {
  for (;;) {
    const batch = await takenIn(db, held.id)
    if (batch.length === 0) break
    const ids = batch.map(({ patientId }) => patientId)
    const current = await recordsOf(db, held.sourceId, ids)
    const waiting: Waiting[] = []
    const charts: Chart[] = []
    for (const { patientId, lists, chart } of batch) {
      const after = current.get(patientId)?.chart
      const whole = lists.includes('charts')
      // A record that its source has again needs nothing brought back.
      if (whole && after !== undefined) continue
      const shown = after === undefined ? chart : withKept(after, chart, sectionsIn(lists))
      charts.push(shown)
      waiting.push({ patientId, heldId: held.id, held: lists, lost: lossOf(shown, after), chart: after })
    }
    await keepCharts(db, charts)
    await putWaiting(db, held.sourceId, waiting, now)
    await setDoubts(
      db,
      held.sourceId,
      'held',
      new Map(waiting.map((one) => [one.patientId, heldDoubts(held.sourceId, one)])),
    )
    await dropTaken(db, held.id, held.sourceId, ids)
  }
  const visits = await takenVisits(db, held.id)
  await keepAppointments(db, visits)
  await holdAppointments(
    db,
    held.sourceId,
    visits.map(({ id }) => id),
    held.id,
  )
}

async function moveIdentity(db: Database, held: HeldBack, decision: Move): Promise<void> {
  if (decision === 'approve') {
    const changes = await changesKept(db, held.id)
    const ids = [...new Set(changes.flatMap(touchedBy))]
    const records = await recordsOf(db, held.sourceId, ids)
    const charts = new Map<string, Chart | undefined>(ids.map((id) => [id, records.get(id)?.chart]))
    for (const change of changes)
      for (const { patientId, chart } of outcomes(change, (id) => charts.get(id))) charts.set(patientId, chart)
    await keepCharts(
      db,
      [...charts.values()].flatMap((chart) => chart ?? []),
    )
  }
  await identityDoubts(db, held.sourceId, [held.subject])
}
