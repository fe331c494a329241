import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MINUTE } from '../../base/time.ts'
import type { NoticeChannel, OutgoingNotice } from '../../connect/notice.ts'
import type { AlarmMoves } from '../../monitor/alarms.ts'
import { escalationOf, linesOf, reachTests } from '../../monitor/escalation/store.ts'
import type { Cause } from '../../monitor/monitor.ts'
import { openAlarms } from '../../monitor/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { escalationPlan, escalationShape } from '../escalation-config.ts'
import { DEFAULT_POLICY } from '../policy/policy.ts'
import { startRunner } from '../tasks/runner.ts'
import { listTasks } from '../tasks/store.ts'
import { answerNotice, answerPath, readLink } from './answer-notice.ts'
import { deliverNotice, sendTestNotice } from './deliver-notice.ts'
import { ESCALATE, escalateTask, moveOn } from './escalate.ts'
import { moveAlarms } from './move-alarms.ts'
import { DELIVER_NOTICE } from './put-notice.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const HUB = 'https://hub.lan'
const plan = escalationShape.parse({
  people: [
    { id: 'ada', name: 'Ada Ruiz', sms: '+1555', push: 'ada-7f3k' },
    { id: 'ben', name: 'Ben Ito', sms: '+1666' },
  ],
  steps: [
    { tell: ['ada'], within: '10m', authority: 'incident command' },
    { tell: ['ben'], within: '10m' },
  ],
  rounds: 1,
})

async function hub(): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  centre.targets = { email: false, webhooks: [] }
  centre.escalation = escalationPlan(plan, 'America/New_York', new Set(['sms', 'push']))
  return centre
}

type Sent = { to: string; notice: OutgoingNotice }

/** Does every task that is due, and gives what went out. */
async function work(centre: ScratchCentre): Promise<Sent[]> {
  const { db, clock, log } = centre
  const sent: Sent[] = []
  const channel: NoticeChannel = { kind: 'sms', send: async (notice, to) => void sent.push({ to, notice }) }
  const kinds = {
    [DELIVER_NOTICE]: deliverNotice(
      centre,
      () => channel,
      (notice) => {
        const path = answerPath(centre, notice)
        return path === undefined ? undefined : `${HUB}${path}`
      },
    ),
    [ESCALATE]: escalateTask(centre, () => HUB),
  }
  await using _runner = startRunner({ db, clock, log, kinds, pollMs: 1, leaseMs: MINUTE })
  const due = async () =>
    (await listTasks(db, ['waiting', 'leased'])).some(({ state, runAt }) => state === 'leased' || runAt <= clock.now())
  while (await due()) await new Promise(setImmediate)
  return sent.toSorted((a, b) => (a.to < b.to ? -1 : 1))
}

const cause: Cause = {
  key: 'thing:switch',
  since: 1,
  headline: 'Switch 3 is down',
  because: 'b',
  symptoms: [],
  advice: 'a',
}
const none = { raise: [], keep: [], rename: [], join: [], clearing: [], close: [] }

async function raise(centre: ScratchCentre): Promise<string> {
  const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: HUB, now: centre.clock.now() }
  await centre.db
    .transaction()
    .execute((together) => moveAlarms({ ...centre, db: together }, { ...none, raise: [cause] }, how))
  return (await openAlarms(centre.db))[0]?.id ?? ''
}

async function close(centre: ScratchCentre): Promise<void> {
  const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: HUB, now: centre.clock.now() }
  const [alarm] = await openAlarms(centre.db)
  assert.ok(alarm)
  await centre.db
    .transaction()
    .execute((together) => moveAlarms({ ...centre, db: together }, { ...none, close: [alarm] }, how))
}

const tokenOf = (sent: Sent | undefined): string => sent?.notice.answerUrl?.split('/').at(-1) ?? ''

test('who does not answer is followed by the next, who is told from whom it comes; a link takes it, once', async () => {
  const centre = await hub()
  const alarmId = await raise(centre)
  const first = await work(centre)
  assert.deepEqual(
    first.map(({ to }) => to),
    ['+1555', 'ada-7f3k'],
  )
  assert.match(
    first[0]?.notice.text ?? '',
    /^Authority \(incident command\) is now with Ada Ruiz\. Please answer within 10 min\./,
  )
  centre.pass(10 * MINUTE)
  const second = await work(centre)
  assert.deepEqual(
    second.map(({ to }) => to),
    ['+1666'],
  )
  assert.match(second[0]?.notice.text ?? '', /^Ada Ruiz did not answer\. It is now with Ben Ito\./)
  const token = tokenOf(second[0])
  assert.equal((await readLink(centre, token)).is, 'alarm')
  assert.equal(await answerNotice(centre, token, HUB), undefined)
  assert.equal(await answerNotice(centre, token, HUB), 'This link was used already.')
  assert.equal((await escalationOf(centre.db, alarmId))?.state.status, 'acknowledged')
  assert.ok(centre.audited.some(({ what }) => what === 'alarm-answered'))
  centre.pass(29 * MINUTE)
  assert.deepEqual(await work(centre), [])
  centre.pass(MINUTE)
  assert.match((await work(centre))[0]?.notice.text ?? '', /^Ben Ito took it and has not said more since\./)
  const says = (await linesOf(centre.db, alarmId)).map((line) => line.says)
  assert.ok(says.includes('Ben Ito took it.') && says.includes('Told Ada Ruiz.'))
})

test('an alarm that is over asks nobody any more, and a link says so', async () => {
  const centre = await hub()
  const alarmId = await raise(centre)
  const [sent] = await work(centre)
  await close(centre)
  await work(centre)
  centre.pass(10 * MINUTE)
  assert.deepEqual(await work(centre), [])
  assert.equal(await answerNotice(centre, tokenOf(sent), HUB), 'This alarm is over already.')
  assert.equal((await escalationOf(centre.db, alarmId))?.state.status, 'over')
})

test('whoever was asked is told once that it is over, by the same channels and without a link; who was never asked is not', async () => {
  const centre = await hub()
  await raise(centre)
  await work(centre)
  await close(centre)
  const over = await work(centre)
  assert.deepEqual(
    over.map(({ to }) => to),
    ['+1555', 'ada-7f3k'],
  )
  for (const { notice } of over) {
    assert.match(notice.text, /^Over: /)
    assert.equal(notice.answerUrl, undefined)
  }
  assert.deepEqual(await work(centre), [])
})

test('an address that is both told and asked hears of the end once', async () => {
  const centre = await hub()
  centre.targets = { email: false, webhooks: ['+1555'] }
  await raise(centre)
  await work(centre)
  await close(centre)
  const keys = (await work(centre)).map(({ to }) => to)
  assert.deepEqual(keys, ['+1555', '+1555', 'ada-7f3k'], 'the webhook, and the text message to the same name')
})

test('who was to be asked and could not be before it was over is not asked any more', async () => {
  const centre = await hub()
  await raise(centre)
  await close(centre)
  assert.deepEqual(
    (await work(centre)).map(({ notice }) => notice.text.startsWith('Over: ')),
    [true, true],
  )
})

test('while it looks over nobody further is asked; when it comes back the next one is', async () => {
  const centre = await hub()
  await raise(centre)
  await work(centre)
  const move = async (moves: Partial<AlarmMoves>) => {
    const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: HUB, now: centre.clock.now() }
    await centre.db
      .transaction()
      .execute((together) => moveAlarms({ ...centre, db: together }, { ...none, ...moves }, how))
  }
  const open = async () => {
    const [alarm] = await openAlarms(centre.db)
    assert.ok(alarm)
    return alarm
  }
  centre.pass(9 * MINUTE)
  await move({ clearing: [await open()] })
  centre.pass(MINUTE)
  assert.deepEqual(await work(centre), [])
  await move({ keep: [{ alarm: await open(), cause }] })
  centre.pass(MINUTE)
  assert.deepEqual(
    (await work(centre)).map(({ to }) => to),
    ['+1666'],
  )
})

test('what nobody could be reached for is asked again as soon as somebody can be, not after the hour', async () => {
  const centre = await hub()
  const { escalation } = centre
  centre.escalation = escalationPlan(plan, 'America/New_York', new Set())
  const alarmId = await raise(centre)
  assert.deepEqual(await work(centre), [])
  const kept = (await escalationOf(centre.db, alarmId))?.state
  assert.equal(kept?.status, 'exhausted')
  assert.deepEqual(kept?.status === 'exhausted' ? kept.unreached : undefined, [
    'Ada Ruiz was not told: there is no address or number for them.',
    'Ben Ito was not told: there is no address or number for them.',
  ])
  const look = async () => {
    centre.pass(MINUTE)
    const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: HUB, now: centre.clock.now() }
    await centre.db.transaction().execute((together) => moveAlarms({ ...centre, db: together }, none, how))
    return (await work(centre)).map(({ to }) => to)
  }
  assert.deepEqual(await look(), [])
  centre.escalation = escalation
  assert.deepEqual(await look(), ['+1555', 'ada-7f3k'])
  assert.deepEqual(await look(), [], 'once')
})

test('an alarm that is open when people are first named is asked about', async () => {
  const centre = await hub()
  const { escalation } = centre
  delete centre.escalation
  await raise(centre)
  assert.deepEqual(await work(centre), [])
  centre.escalation = escalation
  const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: HUB, now: centre.clock.now() }
  await centre.db.transaction().execute((together) => moveAlarms({ ...centre, db: together }, none, how))
  assert.deepEqual(
    (await work(centre)).map(({ to }) => to),
    ['+1555', 'ada-7f3k'],
  )
})

test('of two who take it at once one is first, and the other hears so', async () => {
  const centre = await hub()
  const alarmId = await raise(centre)
  const take = (by: string) =>
    centre.db
      .transaction()
      .execute((together) => moveOn({ ...centre, db: together }, alarmId, { type: 'acknowledge', by }, HUB))
  const said = await Promise.all([take('ada'), take('ben')])
  const { state } = (await escalationOf(centre.db, alarmId)) ?? {}
  assert.equal(state?.status, 'acknowledged')
  // The second may also have come after the first had ended: then it simply has it now.
  assert.ok(said.includes(undefined))
})

test('a link of another day or another hub takes nothing', async () => {
  const centre = await hub()
  await raise(centre)
  const [sent] = await work(centre)
  const other = await hub()
  assert.equal(await answerNotice(other, tokenOf(sent), HUB), 'This link is not one of ours.')
  centre.pass(25 * 60 * MINUTE)
  assert.match((await answerNotice(centre, tokenOf(sent), HUB)) ?? '', /more than a day old/)
})

test('a test of notices goes to everybody who may be asked, and their answers are kept as evidence', async () => {
  const centre = await hub()
  assert.deepEqual(await sendTestNotice(centre, { personId: 'p', login: 'owner' }), { addresses: 3, unreached: [] })
  const sent = await work(centre)
  const sentAt = centre.clock.now()
  centre.pass(3 * MINUTE)
  assert.equal(await answerNotice(centre, tokenOf(sent[0]), HUB), undefined)
  const rows = await reachTests(centre.db, 0)
  assert.deepEqual(rows.map(({ person, channel }) => `${person} ${channel}`).toSorted(), [
    'ada push',
    'ada sms',
    'ben sms',
  ])
  const [answered] = rows.filter(({ answeredAt }) => answeredAt !== undefined)
  assert.deepEqual([answered?.person, answered?.channel, answered?.answeredAt], ['ada', 'sms', sentAt + 3 * MINUTE])
})

test('a test says whom nothing reaches', async () => {
  const centre = await hub()
  centre.escalation = escalationPlan(plan, 'America/New_York', new Set(['push']))
  assert.deepEqual(await sendTestNotice(centre, { personId: 'p', login: 'owner' }), {
    addresses: 1,
    unreached: ['Ben Ito'],
  })
})
