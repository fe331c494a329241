import { Failure } from '../../base/failure.ts'
import { newId } from '../../base/id.ts'
import { type Instant, SECOND } from '../../base/time.ts'
import { addLines, escalationOf, keepEscalation, unaskedAlarms } from '../../monitor/escalation/store.ts'
import {
  beginEscalation,
  dueAt,
  type Escalated,
  type EscalationEvent,
  type EscalationPlan,
  escalate,
  looksOver,
  mayMove,
  somebodyReached,
} from '../../monitor/escalation.ts'
import type { Alarm } from '../../monitor/monitor.ts'
import { escalatedNotice } from '../../monitor/notice.ts'
import { addNotice, alarmOfId } from '../../monitor/store.ts'
import type { TaskKind } from '../tasks/runner.ts'
import { enqueue } from '../tasks/store.ts'
import type { Centre } from './centre.ts'
import { escalationNow } from './plan-escalation.ts'
import { DELIVER_NOTICE } from './put-notice.ts'

export const ESCALATE = 'escalate'
/** While an alarm looks over, whether it still does is looked at this often. */
const LOOK_AGAIN_MS = 10 * SECOND

/** Asks the first people of the plan to take an alarm, in the caller's transaction. Without a plan, nothing. */
export async function beginAsking(centre: Centre, alarm: Alarm, hubUrl: string, now: Instant): Promise<void> {
  const { db } = centre
  const plan = await escalationNow(centre)
  if (plan === undefined || (await escalationOf(db, alarm.id)) !== undefined) return
  const begun = beginEscalation(plan, now, alarm.cause.canWait === true)
  await settle(centre, plan, alarm, 1, begun, hubUrl, now)
}

/**
 * Asks about open alarms that nobody was asked to take, as soon as somebody can be: the configuration or the plan was changed, a leave has ended. In
 * the caller's transaction.
 */
export async function askUnasked(centre: Centre, hubUrl: string, now: Instant): Promise<void> {
  const unasked = await unaskedAlarms(centre.db)
  const plan = unasked.length === 0 ? undefined : await escalationNow(centre)
  if (plan === undefined) return
  const reached = somebodyReached(plan, now)
  for (const { alarmId, begun } of unasked) {
    const alarm = begun ? undefined : await alarmOfId(centre.db, alarmId)
    if (alarm !== undefined) await beginAsking(centre, alarm, hubUrl, now)
    else if (reached) await moveOn(centre, alarmId, { type: 'reach' }, hubUrl)
  }
}

/** An alarm that is over asks nobody any more, in the caller's transaction. */
export async function endAsking(centre: Centre, alarm: Alarm, hubUrl: string, now: Instant): Promise<void> {
  const { db } = centre
  const kept = await escalationOf(db, alarm.id)
  const plan = await escalationNow(centre)
  if (plan === undefined || kept === undefined) return
  const ended = escalate(plan, kept.state, { type: 'end' }, now)
  await settle(centre, plan, alarm, kept.version + 1, ended, hubUrl, now)
}

/** The task that waits for the next moment of an alarm's escalation: a deadline, the end of quiet hours, an acknowledgement that was forgotten. */
export function escalateTask(centre: Centre, hubUrl: () => string): TaskKind {
  return {
    run: async ({ payload }) => {
      if (typeof payload.alarm !== 'string') throw new Failure('permanent', 'This task names no alarm.')
      const alarmId = payload.alarm
      return async (together) => void (await moveOn({ ...centre, db: together }, alarmId, { type: 'time' }, hubUrl()))
    },
  }
}

/** Why somebody's word about an alarm was not taken; undefined when it was, or its time is put off as it looks over. In the caller's transaction. */
export async function moveOn(
  centre: Centre,
  alarmId: string,
  event: EscalationEvent,
  hubUrl: string,
): Promise<string | undefined> {
  const { db, clock } = centre
  const plan = await escalationNow(centre)
  const alarm = await alarmOfId(db, alarmId)
  const kept = await escalationOf(db, alarmId)
  if (plan === undefined || alarm === undefined || kept === undefined) return 'Nobody is asked to take this alarm.'
  if (alarm.closedAt !== undefined) return 'This alarm is over already.'
  if (!mayMove(kept.state, event.type))
    return kept.state.status === 'over' ? 'This alarm is over already.' : 'This alarm was not taken by anybody yet.'
  const now = clock.now()
  if (event.type === 'time' && looksOver(alarm, now)) {
    const runAt = now + LOOK_AGAIN_MS
    await enqueue(db, { kind: ESCALATE, key: alarmId, payload: { alarm: alarmId }, runAt }, clock)
    return undefined
  }
  const next = escalate(plan, kept.state, event, now)
  if (next.state === kept.state) {
    // Too early: a clock was set back, or the task was asked for twice.
    await wait(centre, alarmId, next)
    return undefined
  }
  const first = await settle(centre, plan, alarm, kept.version + 1, next, hubUrl, now)
  return first ? undefined : 'Somebody else was first. Look at the page again.'
}

async function settle(
  centre: Centre,
  plan: EscalationPlan,
  alarm: Alarm,
  version: number,
  next: Escalated,
  hubUrl: string,
  now: Instant,
): Promise<boolean> {
  const { db, clock } = centre
  if (!(await keepEscalation(db, { alarmId: alarm.id, version, state: next.state }))) return false
  await addLines(db, alarm.id, now, next.journal)
  for (const { person, says } of next.tell) {
    const text = escalatedNotice(alarm, says, now, centre.practice, hubUrl)
    for (const { channel, target } of plan.people.find(({ id }) => id === person)?.reach ?? []) {
      const id = newId('notice', clock)
      const added = await addNotice(db, { id, channel, target, text, at: now, turn: version, person })
      if (added) await enqueue(db, { kind: DELIVER_NOTICE, key: id, payload: { notice: id } }, clock)
    }
  }
  await wait(centre, alarm.id, next)
  await centre.changed(db, ['alarms'])
  return true
}

async function wait({ db, clock }: Centre, alarmId: string, { state }: Escalated): Promise<void> {
  const at = dueAt(state)
  if (at !== undefined)
    await enqueue(db, { kind: ESCALATE, key: alarmId, payload: { alarm: alarmId }, runAt: at }, clock)
}
