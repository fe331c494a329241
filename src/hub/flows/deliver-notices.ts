import { Failure } from '../../base/failure.ts'
import { DAY, MINUTE } from '../../base/time.ts'
import type { NoticeChannel } from '../../connect/notice.ts'
import { retryAfter, testNotice } from '../../monitor/notice.ts'
import { type Notice, noteDelivered, noteNotDelivered, takeDueNotice } from '../../monitor/store.ts'
import { policyInForce } from '../policy/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'
import { putNotice } from './put-notice.ts'

/** Longer than any channel's deadline: a notice whose hub died is taken over after this. */
const LEASE_MS = 2 * MINUTE
/** After so long an alarm is old news; it stays on the pages. */
const GIVE_UP_AFTER_MS = 3 * DAY

/** The channel for a notice; undefined when it is no longer configured. */
export type ChannelFor = (notice: Pick<Notice, 'channel' | 'target'>) => NoticeChannel | undefined

/**
 * Delivers what is due, one after the other, until nothing is; gives how many arrived. Each is taken under a lease and keyed by its own id at
 * every try, so a hub that dies while sending neither loses it nor makes it another notice.
 */
export async function deliverNotices(centre: Centre, channelFor: ChannelFor, signal?: AbortSignal): Promise<number> {
  let delivered = 0
  for (;;) {
    if (signal?.aborted === true) return delivered
    const notice = await takeDueNotice(centre.db, centre.clock.now(), LEASE_MS)
    if (notice === undefined) return delivered
    if (await deliver(centre, channelFor, notice)) delivered++
    await centre.changed(centre.db, ['alarms'])
  }
}

async function deliver(centre: Centre, channelFor: ChannelFor, notice: Notice): Promise<boolean> {
  const { db, clock, log } = centre
  const { text } = notice
  try {
    const channel = channelFor(notice)
    if (channel === undefined) throw new Failure('permanent', 'This channel is no longer configured.')
    await channel.send(
      {
        key: notice.id,
        subject: text.subject,
        text: text.text,
        at: text.at,
        facts: { kind: text.kind, alarm: text.alarmId, cause: text.key, practice: centre.practice.id },
      },
      notice.target,
    )
    await noteDelivered(db, notice.id, clock.now())
    return true
  } catch (thrown) {
    const failure =
      thrown instanceof Failure
        ? thrown
        : new Failure('ambiguous', 'The channel failed in a way that it does not know.', { cause: thrown })
    const now = clock.now()
    const over = failure.kind === 'permanent' || now - notice.madeAt > GIVE_UP_AFTER_MS
    const next = over ? { givenUpAt: now } : { dueAt: now + retryAfter(notice.tries, failure.retryAfterMs) }
    await noteNotDelivered(db, notice.id, next, failure.message)
    log.warn({ notice: notice.id, channel: notice.channel, kind: failure.kind, tries: notice.tries }, failure.message)
    return false
  }
}

/** Puts a test into the outbox for every target; gives how many targets there are. */
export async function sendTestNotice(centre: Centre, by: Actor): Promise<number> {
  const { policy } = await policyInForce(centre.db)
  return centre.db.transaction().execute(async (together) => {
    const count = await putNotice(centre, together, policy, testNotice(centre.clock.now(), centre.practice, by.login))
    await centre.changed(together, ['alarms'])
    await centre.audit(together, [auditLine(centre, by, 'notices-tested', { targets: count })])
    return count
  })
}
