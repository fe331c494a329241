import { newId } from '../../base/id.ts'
import { type Instant, MINUTE } from '../../base/time.ts'
import type { NoticeText } from '../../monitor/notice.ts'
import type { Observation } from '../../monitor/observations/observations.ts'
import { dueToBegin, followMains, type Mains } from '../../monitor/power/mains.ts'
import { stopsWait } from '../../monitor/power/next-move.ts'
import type { PowerOrder, PowerRun, RunState } from '../../monitor/power/power.ts'
import { begunNotice, endedNotice } from '../../monitor/power/power-notice.ts'
import { runAfter, type StepEvent } from '../../monitor/power/steps.ts'
import {
  addRun,
  type KeptMains,
  type KeptRun,
  keepMains,
  keepRun,
  mainsOf,
  runOfId,
} from '../../monitor/power/store.ts'
import { addNotice } from '../../monitor/store.ts'
import { policyInForce } from '../policy/store.ts'
import { enqueue } from '../tasks/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'
import { putEvidence } from './keep-evidence.ts'
import { escalationNow } from './plan-escalation.ts'
import { powerEvidence } from './power-evidence.ts'
import { DELIVER_NOTICE, putNotice } from './put-notice.ts'

/** A look at a UPS. `by`: the observer in its interval, whose last look may be an old one; or the order itself, just now. */
export type UpsLook = { by: 'observer' | 'order'; at: Instant; observation: Observation }

/**
 * What a look at the UPS makes of the mains is kept, and the written order begins if it is due, which may also be because time has passed. Gives
 * where the power comes from. A look of the observer that is known already, or older than one of the order's own, changes nothing.
 */
export async function watchMains(centre: Centre, order: PowerOrder, seen: UpsLook | undefined): Promise<Mains> {
  return centre.db.transaction().execute(async (db) => {
    const kept = await mainsOf(db, order.id)
    const mains =
      seen !== undefined && isNews(kept, seen) ? followMains(kept.mains, seen.observation, seen.at) : kept.mains
    if (seen !== undefined && isNews(kept, seen))
      await keepMains(db, order.id, {
        mains,
        at: seen.at,
        observedAt: seen.by === 'observer' ? seen.at : kept.observedAt,
      })
    const due = dueToBegin(order, mains, centre.clock.now())
    if (due === undefined) return mains
    const run = runOf(order, centre, { mode: 'real', by: undefined, ...due })
    if (!(await addRun(db, run))) return mains
    await centre.audit(db, [auditLine(centre, { program: 'hub' }, 'power-order-begun', { run: run.id, ups: order.id })])
    await centre.changed(db, ['power'])
    return mains
  })
}

/** By what was seen already, not by the clock alone: a clock that is set back must not make us deaf. */
function isNews(kept: KeptMains, seen: UpsLook): boolean {
  if (seen.by === 'order' || kept.at === undefined) return true
  if (seen.at === kept.observedAt) return false
  return seen.at > kept.at || kept.at - seen.at > MINUTE
}

/** Practises the order. Why not, in words; else the run. */
export async function beginDrill(centre: Centre, order: PowerOrder, by: Actor): Promise<{ id: string } | string> {
  return centre.db.transaction().execute(async (db) => {
    const { mains } = await mainsOf(db, order.id)
    if (mains.is === 'battery' || mains.is === 'low') return 'The UPS runs on its battery: this is no time for a drill.'
    const because = `${by.login} practises the order.`
    const run = runOf(order, centre, { mode: 'drill', by: by.login, outageSince: undefined, because })
    if (!(await addRun(db, run))) return 'A drill of this order is going on.'
    await centre.audit(db, [auditLine(centre, by, 'power-drill-begun', { run: run.id, ups: order.id })])
    await centre.changed(db, ['power'])
    return { id: run.id }
  })
}

function runOf(
  order: PowerOrder,
  { clock }: Pick<Centre, 'clock'>,
  begun: Pick<PowerRun, 'mode' | 'by' | 'outageSince' | 'because'>,
): PowerRun {
  return {
    id: newId('powerrun', clock),
    orderId: order.id,
    ups: order.ups,
    ...begun,
    beganAt: clock.now(),
    stopsOnlyWhenLow: order.stopsOnlyWhenLow,
    steps: order.steps.map((step) => ({ ...step, state: { status: 'waiting' } })),
    state: { status: 'going' },
  }
}

/** Moves one step and keeps that; undefined when the step may not move so, or somebody else moved the run meanwhile. */
export async function moveStep(
  centre: Centre,
  { run, version }: KeptRun,
  nth: number,
  event: StepEvent,
): Promise<KeptRun | undefined> {
  const next = runAfter(run, nth, event, centre.clock.now())
  if (next === undefined) return undefined
  return centre.db.transaction().execute(async (db) => {
    if (!(await keepRun(db, { run: next, version }))) return undefined
    const about = { run: run.id, step: run.steps[nth]?.name ?? '', what: event.type }
    await centre.audit(db, [auditLine(centre, { program: 'hub' }, 'power-step', about)])
    await centre.changed(db, ['power'])
    return { run: next, version: version + 1 }
  })
}

/** Leaves out every step that has not begun. */
export async function callOff(
  centre: Centre,
  { run, version }: KeptRun,
  because: string,
): Promise<KeptRun | undefined> {
  const at = centre.clock.now()
  const next = run.steps.reduce((all, _step, nth) => runAfter(all, nth, { type: 'skip', because }, at) ?? all, run)
  return centre.db.transaction().execute(async (db) => {
    if (!(await keepRun(db, { run: next, version }))) return undefined
    await centre.audit(db, [auditLine(centre, { program: 'hub' }, 'power-order-called-off', { run: run.id, because })])
    await centre.changed(db, ['power'])
    return { run: next, version: version + 1 }
  })
}

/** Ends a run: people are told how, and what it proves becomes evidence, all in one transaction. */
export async function endRun(
  centre: Centre,
  { run, version }: KeptRun,
  state: Extract<RunState, { at: Instant }>,
  hubUrl: string,
): Promise<boolean> {
  const ended: PowerRun = { ...run, state }
  return centre.db.transaction().execute(async (db) => {
    if (!(await keepRun(db, { run: ended, version }))) return false
    await tellPeople({ ...centre, db }, endedNotice(ended, state.at, centre.practice, hubUrl))
    const evidence = powerEvidence(ended)
    if (evidence !== undefined) await putEvidence({ ...centre, db }, [evidence], { program: 'hub' })
    const about = { run: run.id, ended: state.status }
    await centre.audit(db, [auditLine(centre, { program: 'hub' }, 'power-order-ended', about)])
    await centre.changed(db, ['power'])
    return true
  })
}

/** A person says how an unclear step ended. Why not, in words; undefined when it is kept. */
export async function settleStep(
  centre: Centre,
  asked: { runId: string; nth: number; done: boolean; by: Actor },
): Promise<string | undefined> {
  const { runId, nth, done, by } = asked
  const kept = await runOfId(centre.db, runId)
  if (kept === undefined) return 'There is no such run.'
  const because = `${by.login} looked: ${done ? 'it did its work' : 'it did not do its work'}.`
  const next = runAfter(kept.run, nth, { type: done ? 'settle-done' : 'settle-failed', because }, centre.clock.now())
  if (next === undefined) return 'Nothing is unclear about this step.'
  return centre.db.transaction().execute(async (db) => {
    if (!(await keepRun(db, { run: next, version: kept.version })))
      return 'Somebody else was first. Look at the page again.'
    const about = { run: runId, step: kept.run.steps[nth]?.name ?? '', done }
    await centre.audit(db, [auditLine(centre, by, 'power-step-settled', about)])
    await centre.changed(db, ['power'])
    return undefined
  })
}

/** Tells everybody that the order has begun: once, however often this is asked. */
export async function tellBegun(centre: Centre, run: PowerRun, hubUrl: string): Promise<void> {
  await centre.db.transaction().execute(async (db) => {
    const now = centre.clock.now()
    const waits = stopsWait(run, (await mainsOf(db, run.orderId)).mains, now)
    await tellPeople({ ...centre, db }, begunNotice(run, waits, now, centre.practice, hubUrl))
    await centre.changed(db, ['alarms'])
  })
}

/** Everybody under Settings, the webhooks, and everybody who may be asked to take an alarm: nobody has time to ask one after the other. */
async function tellPeople(centre: Centre, text: NoticeText): Promise<void> {
  const { db, clock } = centre
  const escalation = await escalationNow(centre)
  await putNotice(centre, db, (await policyInForce(db)).policy, text)
  for (const { channel, target } of (escalation?.people ?? []).flatMap(({ reach }) => reach)) {
    const id = newId('notice', clock)
    if (await addNotice(db, { id, channel, target, text, at: text.at }))
      await enqueue(db, { kind: DELIVER_NOTICE, key: id, payload: { notice: id } }, clock)
  }
}
