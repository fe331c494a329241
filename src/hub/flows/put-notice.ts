import type { Database } from '../../base/database.ts'
import { newId } from '../../base/id.ts'
import type { NoticeText } from '../../monitor/notice.ts'
import { addNotice, toldOfAlarm } from '../../monitor/store.ts'
import type { Policy } from '../policy/policy.ts'
import { enqueue } from '../tasks/store.ts'
import type { Centre, NoticeTargets } from './centre.ts'

export const DELIVER_NOTICE = 'deliver-notice'

/** Puts a notice and the task that delivers it into the caller's transaction, for everyone who is told; gives how many that are. */
export async function putNotice(
  centre: Pick<Centre, 'targets' | 'clock'>,
  db: Database,
  policy: Policy,
  text: NoticeText,
): Promise<number> {
  const all = targetsOf(centre.targets, policy)
  for (const { channel, target } of all) {
    const id = newId('notice', centre.clock)
    // An alarm may turn out to be another thing more than once.
    const turn = text.kind === 'changed' ? Math.floor(text.at / 1000) % 2 ** 31 : 0
    const added = await addNotice(db, { id, channel, target, text, at: text.at, turn })
    if (added) await enqueue(db, { kind: DELIVER_NOTICE, key: id, payload: { notice: id } }, centre.clock)
  }
  return all.length
}

/** The same to everybody to whom something about its alarm was sent before; who has this notice already gets no second one. */
export async function putNoticeToTold(centre: Pick<Centre, 'db' | 'clock'>, text: NoticeText): Promise<void> {
  const { db, clock } = centre
  for (const { channel, target, person } of await toldOfAlarm(db, text.alarmId)) {
    const id = newId('notice', clock)
    const whose = person === undefined ? {} : { person }
    const added = await addNotice(db, { id, channel, target, text, at: text.at, ...whose })
    if (added) await enqueue(db, { kind: DELIVER_NOTICE, key: id, payload: { notice: id } }, clock)
  }
}

function targetsOf(targets: NoticeTargets, policy: Policy): { channel: 'email' | 'webhook'; target: string }[] {
  return [
    ...(targets.email ? policy.noticeTo.map((target) => ({ channel: 'email' as const, target })) : []),
    ...targets.webhooks.map((target) => ({ channel: 'webhook' as const, target })),
  ]
}
