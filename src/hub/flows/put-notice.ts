import type { Database } from '../../base/database.ts'
import { newId } from '../../base/id.ts'
import type { NoticeText } from '../../monitor/notice.ts'
import { addNotice } from '../../monitor/store.ts'
import type { Policy } from '../policy/policy.ts'
import type { Centre, NoticeTargets } from './centre.ts'

/** Puts a notice into the outbox for everyone who is told, in the caller's transaction; gives how many that are. */
export async function putNotice(
  centre: Pick<Centre, 'targets' | 'clock'>,
  db: Database,
  policy: Policy,
  text: NoticeText,
): Promise<number> {
  const all = targetsOf(centre.targets, policy)
  for (const { channel, target } of all)
    await addNotice(db, { id: newId('notice', centre.clock), channel, target, text, at: text.at })
  return all.length
}

function targetsOf(targets: NoticeTargets, policy: Policy): { channel: 'email' | 'webhook'; target: string }[] {
  return [
    ...(targets.email ? policy.noticeTo.map((target) => ({ channel: 'email' as const, target })) : []),
    ...targets.webhooks.map((target) => ({ channel: 'webhook' as const, target })),
  ]
}
