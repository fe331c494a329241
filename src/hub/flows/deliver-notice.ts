import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { newId } from '../../base/id.ts'
import { DAY } from '../../base/time.ts'
import type { NoticeChannel } from '../../connect/notice.ts'
import { outOfReach } from '../../monitor/escalation.ts'
import { type NoticeText, OVERTAKEN, retryAfter, testNotice } from '../../monitor/notice.ts'
import { addNotice, alarmOfId, type Notice, noteDelivered, noteNotDelivered, noticeOfId } from '../../monitor/store.ts'
import { policyInForce } from '../policy/store.ts'
import type { Settle, TaskKind } from '../tasks/runner.ts'
import { enqueue } from '../tasks/store.ts'
import type { Payload } from '../tasks/task.ts'
import { type Actor, auditLine, type Centre, type Practice } from './centre.ts'
import { escalationNow } from './plan-escalation.ts'
import { DELIVER_NOTICE, putNotice } from './put-notice.ts'

/** After so long an alarm is old news; it stays on the pages. */
const GIVE_UP_AFTER_MS = 3 * DAY

/** The channel for a notice; undefined when it is no longer configured. */
export type ChannelFor = (notice: Pick<Notice, 'channel' | 'target'>) => NoticeChannel | undefined

/**
 * The task that brings one notice to its target. It is keyed by the notice's own id at every try, so a hub that dies while it sends neither loses
 * it nor makes it another notice.
 */
export function deliverNotice(
  centre: Centre,
  channelFor: ChannelFor,
  answerUrl: (notice: Notice) => string | undefined = () => undefined,
): TaskKind {
  return {
    run: async ({ payload, attempt }) => {
      const notice = await noticeOfId(centre.db, idIn(payload))
      if (notice === undefined || notice.deliveredAt !== undefined || notice.givenUpAt !== undefined) return undefined
      if (await overtaken(centre.db, notice))
        return (together) => noteNotDelivered(together, notice.id, { givenUpAt: centre.clock.now() }, OVERTAKEN)
      try {
        await send(channelFor(notice), centre.practice, notice, answerUrl(notice))
      } catch (thrown) {
        throw await notDelivered(centre, notice, attempt, thrown)
      }
      return delivered(centre, notice)
    },
  }
}

/** Nobody is asked to take what is over, also when the way to them was down until now. */
async function overtaken(db: Database, { text }: Notice): Promise<boolean> {
  return text.kind === 'escalated' && (await alarmOfId(db, text.alarmId))?.closedAt !== undefined
}

function idIn(payload: Payload): string {
  if (typeof payload.notice === 'string') return payload.notice
  throw new Failure('permanent', 'This task names no notice.')
}

async function send(
  channel: NoticeChannel | undefined,
  practice: Practice,
  { id, target, text }: Notice,
  answerUrl: string | undefined,
): Promise<void> {
  if (channel === undefined) throw new Failure('permanent', 'This channel is no longer configured.')
  const facts = { kind: text.kind, alarm: text.alarmId, cause: text.key, practice: practice.id }
  const answer = answerUrl === undefined ? {} : { answerUrl }
  await channel.send({ key: id, subject: text.subject, text: text.text, at: text.at, facts, ...answer }, target)
}

function delivered(centre: Centre, notice: Notice): Settle {
  return async (together) => {
    await noteDelivered(together, notice.id, centre.clock.now())
    await centre.changed(together, ['alarms'])
  }
}

/** What the task is to end with: whether an unanswered notice arrived need not be known, as its key makes a second one harmless. */
async function notDelivered(centre: Centre, notice: Notice, attempt: number, thrown: unknown): Promise<Failure> {
  const { db, clock, log } = centre
  const failure =
    thrown instanceof Failure
      ? thrown
      : new Failure('ambiguous', 'The channel failed in a way that it does not know.', { cause: thrown })
  const now = clock.now()
  const over = failure.kind === 'permanent' || now - notice.madeAt > GIVE_UP_AFTER_MS
  const retryAfterMs = retryAfter(attempt, failure.retryAfterMs)
  await noteNotDelivered(db, notice.id, over ? { givenUpAt: now } : { dueAt: now + retryAfterMs }, failure.message)
  await centre.changed(db, ['alarms'])
  log.warn({ notice: notice.id, channel: notice.channel, kind: failure.kind, tries: attempt }, failure.message)
  return new Failure(over ? 'permanent' : 'transient', failure.message, { cause: thrown, retryAfterMs })
}

/** `unreached`: the names of those who may be asked to take an alarm and whom nothing that is configured reaches. */
export type TestSent = { addresses: number; unreached: string[] }

/** Puts a test into the outbox for every target. */
export async function sendTestNotice(centre: Centre, by: Actor): Promise<TestSent> {
  const { policy } = await policyInForce(centre.db)
  const escalation = await escalationNow(centre)
  const unreached = escalation === undefined ? [] : outOfReach(escalation)
  return centre.db.transaction().execute(async (together) => {
    const text = testNotice(centre.clock.now(), centre.practice, by.login)
    const count = (await putNotice(centre, together, policy, text)) + (await putPersonalTests(centre, together, text))
    await centre.changed(together, ['alarms'])
    await centre.audit(together, [auditLine(centre, by, 'notices-tested', { targets: count })])
    return { addresses: count, unreached }
  })
}

/** A test to everybody who may be asked to take an alarm, by each of their channels: their answers are the evidence that they can be reached. */
export async function putPersonalTests(
  centre: Centre,
  db: Database,
  text: NoticeText,
  only?: readonly string[],
): Promise<number> {
  const { clock } = centre
  const escalation = await escalationNow(centre)
  const people = (escalation?.people ?? []).filter(({ id }) => only?.includes(id) ?? true)
  const all = people.flatMap(({ id: person, reach }) => reach.map((one) => ({ ...one, person })))
  for (const { channel, target, person } of all) {
    const id = newId('notice', clock)
    const asked = { ...text, text: `${text.text}Please say that it reached you: open the link, or press the button.\n` }
    await addNotice(db, { id, channel, target, text: asked, at: text.at, person })
    await enqueue(db, { kind: DELIVER_NOTICE, key: id, payload: { notice: id } }, clock)
  }
  return all.length
}
