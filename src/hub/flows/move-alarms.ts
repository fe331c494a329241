import { newId } from '../../base/id.ts'
import type { Instant } from '../../base/time.ts'
import type { AlarmMoves } from '../../monitor/alarms.ts'
import type { Wiring } from '../../monitor/failing.ts'
import { windows } from '../../monitor/maintenance/store.ts'
import { heldBack } from '../../monitor/maintenance.ts'
import type { Alarm } from '../../monitor/monitor.ts'
import { noticeOf } from '../../monitor/notice.ts'
import { closeAlarm, keepAlarm, noteClearing, noteTold, raiseAlarm } from '../../monitor/store.ts'
import type { Policy } from '../policy/policy.ts'
import type { Centre } from './centre.ts'
import { askUnasked, beginAsking, endAsking } from './escalate.ts'
import { putNotice, putNoticeToTold } from './put-notice.ts'

type Tellings = { policy: Policy; wiring: Wiring | undefined; hubUrl: string; now: Instant }

/**
 * Raises, keeps, renames and ends alarms in the caller's transaction, and puts their notices into the outbox. A maintenance window holds back the
 * notice of an alarm, not the alarm: still there when the window ends, it is told then. Whoever was told, or asked to take it, is told of
 * the end by the same channel, window or not.
 */
export async function moveAlarms(
  centre: Centre,
  moves: AlarmMoves,
  { policy, wiring, hubUrl, now }: Tellings,
): Promise<{ raised: string[]; closed: string[]; told: number }> {
  const { db, clock, practice } = centre
  const held = await windows(db)
  const raised: string[] = []
  const closed: string[] = []
  let told = 0
  const tell = (kind: 'raised' | 'changed' | 'over', alarm: Alarm, before?: string): Promise<number> =>
    putNotice(centre, db, policy, noticeOf(kind, alarm, now, practice, hubUrl, before))
  const tellUnlessHeld = async (alarm: Alarm): Promise<void> => {
    if (alarm.toldAt !== undefined || heldBack(held, alarm.key, now, wiring) !== undefined) return
    if (!(await noteTold(db, alarm.id, now))) return
    told++
    await tell('raised', alarm)
    await beginAsking(centre, alarm, hubUrl, now)
  }
  for (const cause of moves.raise) {
    const alarm: Alarm = {
      id: newId('alarm', clock),
      key: cause.key,
      raisedAt: now,
      cause,
      clearSince: undefined,
      closedAt: undefined,
      toldAt: undefined,
    }
    if (!(await raiseAlarm(db, alarm))) continue
    raised.push(cause.key)
    await tellUnlessHeld(alarm)
  }
  for (const { alarm, cause } of moves.keep) {
    await keepAlarm(db, alarm.id, cause)
    await tellUnlessHeld({ ...alarm, cause })
  }
  for (const { alarm, cause } of moves.rename) {
    await keepAlarm(db, alarm.id, cause)
    const renamed = { ...alarm, key: cause.key, cause }
    if (alarm.toldAt === undefined) await tellUnlessHeld(renamed)
    else told += Number((await tell('changed', renamed, alarm.cause.headline)) > 0)
  }
  for (const alarm of moves.join) {
    if (!(await closeAlarm(db, alarm.id, now))) continue
    closed.push(alarm.key)
    await endAsking(centre, alarm, hubUrl, now)
  }
  for (const alarm of moves.clearing) await noteClearing(db, alarm.id, now)
  for (const alarm of moves.close) {
    if (!(await closeAlarm(db, alarm.id, now))) continue
    closed.push(alarm.key)
    if (alarm.toldAt !== undefined) await tell('over', alarm)
    await putNoticeToTold(centre, noticeOf('over', alarm, now, practice, hubUrl))
    await endAsking(centre, alarm, hubUrl, now)
  }
  await askUnasked(centre, hubUrl, now)
  return { raised, closed, told }
}
