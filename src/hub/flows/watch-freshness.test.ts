import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Failure } from '../../base/failure.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import type { NoticeChannel, OutgoingNotice } from '../../connect/notice.ts'
import { openAlarms, recentAlarms, recentNotices, statusChanges } from '../../monitor/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { noteRecovered, raiseIdentity, raiseShrink } from '../held/store.ts'
import { DEFAULT_POLICY } from '../policy/policy.ts'
import { changePolicy } from '../policy/store.ts'
import { firstAfter, notePublication } from '../publications/store.ts'
import { nameSources, noteReadBegun, noteReadEnded, noteReadFailed } from '../sources/store.ts'
import { startRunner } from '../tasks/runner.ts'
import { leaseTasks, listTasks } from '../tasks/store.ts'
import { type ChannelFor, deliverNotice } from './deliver-notice.ts'
import { DELIVER_NOTICE } from './put-notice.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'
import { standing, type Watch, watchFreshness } from './watch-freshness.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const watch: Watch = {
  sources: [{ id: 'ehr', everyMs: MINUTE, canary: true, quietMs: 30 * MINUTE }],
  hubUrl: 'https://hub.lan',
  clearAfterMs: 2 * MINUTE,
}

async function hub(): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  await nameSources(centre.db, [{ id: 'ehr', kind: 'sql', name: 'EHR standby' }])
  await changePolicy(centre.db, { ...DEFAULT_POLICY, noticeTo: ['it@harbor.example'] }, 0, { at: 1, who: 'ada' })
  return centre
}

/** A read that ends well; `stamp`: how old the stamp is that it brings. */
async function read(centre: ScratchCentre, stampAgeMs: number): Promise<void> {
  const now = centre.clock.now()
  await noteReadEnded(
    centre.db,
    'ehr',
    { cursor: {}, asOf: now, scheduleAsOf: now, canary: now - stampAgeMs },
    { endedAt: now, asOf: now, tookMs: 5, charts: 0, appointments: 0, setAside: 0, outcome: 'done', because: '' },
  )
}

async function readFailed({ db, clock }: ScratchCentre, kind: Failure['kind'], because = 'refused'): Promise<void> {
  const nothing = { asOf: undefined, tookMs: 1, charts: 0, appointments: 0, setAside: 0 }
  await noteReadFailed(db, 'ehr', kind, { ...nothing, endedAt: clock.now(), outcome: 'failed', because })
}

function sink(refuse: (attempt: number) => Failure | undefined = () => undefined) {
  const taken: { notice: OutgoingNotice; to: string }[] = []
  let attempts = 0
  const channel: NoticeChannel = {
    kind: 'webhook',
    send: async (notice, to) => {
      const failure = refuse(++attempts)
      if (failure !== undefined) throw failure
      taken.push({ notice, to })
    },
  }
  return { taken, channelFor: () => channel, attempts: () => attempts }
}

/** Does what tasks are due, and gives how many notices arrived. */
async function deliverNotices(centre: ScratchCentre, channelFor: ChannelFor): Promise<number> {
  const { db, clock, log } = centre
  const kinds = { [DELIVER_NOTICE]: deliverNotice(centre, channelFor) }
  await using runner = startRunner({ db, clock, log, kinds, pollMs: 1, leaseMs: MINUTE })
  const due = async () =>
    (await listTasks(db, ['waiting', 'leased'])).some(({ state, runAt }) => state === 'leased' || runAt <= clock.now())
  while (await due()) await new Promise(setImmediate)
  // What the database says is done the runner counts a moment later.
  await runner.stop()
  return runner.counters().done
}

test('replay stands still: within two intervals one alarm, one notice to each target, and one when it is over', async () => {
  const centre = await hub()
  await read(centre, 0)
  assert.deepEqual((await watchFreshness(centre, watch)).raised, [])
  const stoppedAt = centre.clock.now()
  let raisedAt: number | undefined
  for (let tick = 0; tick < 30; tick++) {
    centre.pass(10 * SECOND)
    await read(centre, centre.clock.now() - stoppedAt)
    const { raised } = await watchFreshness(centre, watch)
    if (raised.length > 0) {
      assert.equal(raisedAt, undefined)
      raisedAt = centre.clock.now()
    }
  }
  assert.ok(raisedAt !== undefined && raisedAt - stoppedAt <= 2 * MINUTE + 10 * SECOND)
  const { taken, channelFor } = sink()
  assert.equal(await deliverNotices(centre, channelFor), 2)
  assert.deepEqual(taken.map(({ to }) => to).sort(), ['it@harbor.example', 'pager'])
  assert.match(taken[0]?.notice.subject ?? '', /EHR standby stands still/)

  const closed: string[] = []
  for (let tick = 0; tick < 15; tick++) {
    centre.pass(10 * SECOND)
    await read(centre, 0)
    closed.push(...(await watchFreshness(centre, watch)).closed)
  }
  assert.deepEqual(closed, ['source:ehr'])
  assert.equal(await deliverNotices(centre, channelFor), 2)
  assert.equal(taken.filter(({ notice }) => notice.facts.kind === 'over').length, 2)
  assert.deepEqual(
    (await statusChanges(centre.db, 'source:ehr', 9)).map((change) => change.status),
    ['current', 'frozen', 'current'],
  )
})

test('a hub that was away for an hour alarms nobody before a read had time to end', async () => {
  const centre = await hub()
  await read(centre, 0)
  await watchFreshness(centre, watch)
  centre.pass(60 * MINUTE)
  assert.deepEqual((await watchFreshness(centre, watch)).raised, [])
  centre.pass(20 * SECOND)
  await read(centre, 0)
  assert.deepEqual((await watchFreshness(centre, watch)).raised, [])
  const raised: string[] = []
  for (let tick = 0; tick < 20; tick++) {
    centre.pass(10 * SECOND)
    raised.push(...(await watchFreshness(centre, watch)).raised)
  }
  assert.deepEqual(raised, ['source:ehr'])
})

test('a time in which no hub looked stands among the alarms and in the audit trail, once, and is told to nobody', async () => {
  const centre = await hub()
  const from = centre.clock.now()
  await read(centre, 0)
  await watchFreshness(centre, watch)
  centre.pass(4 * MINUTE)
  await Promise.all([1, 2].map(() => watchFreshness(centre, watch)))
  centre.pass(10 * SECOND)
  await watchFreshness(centre, watch)
  const to = from + 4 * MINUTE
  const away = (await recentAlarms(centre.db, 9)).filter(({ key }) => key === 'hub')
  assert.deepEqual(
    away.map((alarm) => [alarm.cause.since, alarm.raisedAt, alarm.closedAt]),
    [[from, to, to]],
  )
  assert.match(away[0]?.cause.because ?? '', /^For 4 min no hub was watching/)
  assert.deepEqual(
    centre.audited.map(({ what, about }) => [what, about.from, about.to]),
    [['hub-was-away', new Date(from).toISOString(), new Date(to).toISOString()]],
  )
  assert.deepEqual(await recentNotices(centre.db, 9), [])
})

test('a read that failed is not taken for one that is under way; the one after it is', async () => {
  const centre = await hub()
  const because = async () => (await standing(centre, watch.sources)).sources.get('ehr')?.because
  await noteReadBegun(centre.db, 'ehr', centre.clock.now())
  centre.pass(SECOND)
  await readFailed(centre, 'transient', 'Refused.')
  centre.pass(4 * MINUTE)
  assert.equal(await because(), 'Refused.')
  await noteReadBegun(centre.db, 'ehr', centre.clock.now())
  centre.pass(4 * MINUTE)
  assert.match((await because()) ?? '', /^A read has been under way for 4 min\. The one before it failed: Refused/)
})

test('a site is behind once something newer has been out for too long, however often packs come out', async () => {
  const { db } = await hub()
  const publication = (sequence: number, publishedAt: number) => ({
    packId: 'east',
    sequence,
    publishedAt,
    signed: { manifest: '{}', signature: '', keyId: '' },
    madeOf: {},
    sizeBytes: 1,
  })
  for (let sequence = 1; sequence <= 4; sequence++) await notePublication(db, publication(sequence, sequence * MINUTE))
  const since = async (held: number) => (await firstAfter(db, [['east', held]])).get('east')
  assert.deepEqual([await since(4), await since(3), await since(1)], [undefined, 4 * MINUTE, 2 * MINUTE])
})

test('two hubs that look at once raise one alarm and put one notice for each target', async () => {
  const centre = await hub()
  await readFailed(centre, 'transient')
  centre.pass(2 * MINUTE)
  await Promise.all([1, 2, 3].map(() => watchFreshness(centre, watch)))
  assert.equal((await openAlarms(centre.db)).length, 1)
  assert.equal((await recentNotices(centre.db, 9)).length, 2)
})

test('a sink that is dead for long gets each notice once, under the same key at every try', async () => {
  const centre = await hub()
  await readFailed(centre, 'transient')
  centre.pass(2 * MINUTE)
  centre.targets = { email: false, webhooks: ['pager'] }
  await watchFreshness(centre, watch)
  const dead = sink((attempt) => (attempt <= 12 ? new Failure('transient', 'It refuses the connection.') : undefined))
  for (let tick = 0; tick < 400 && dead.taken.length === 0; tick++) {
    await deliverNotices(centre, dead.channelFor)
    centre.pass(5 * SECOND)
  }
  for (let tick = 0; tick < 5; tick++) {
    centre.pass(10 * MINUTE)
    await deliverNotices(centre, dead.channelFor)
  }
  assert.deepEqual([dead.taken.length, dead.attempts()], [1, 13])
})

test('a hub that dies while it sends loses nothing: another takes the notice over, under the same key', async () => {
  const centre = await hub()
  await readFailed(centre, 'permanent')
  centre.pass(2 * MINUTE)
  centre.targets = { email: false, webhooks: ['pager'] }
  await watchFreshness(centre, watch)
  const [notice] = await recentNotices(centre.db, 1)
  const kinds = { kinds: [DELIVER_NOTICE], once: [] }
  const [taken] = await leaseTasks(centre.db, kinds, 1, { owner: 'a hub that died', leaseMs: 1 }, centre.clock.now())
  assert.equal(taken?.payload.notice, notice?.id)
  const other = sink()
  assert.equal(await deliverNotices(centre, other.channelFor), 1)
  assert.deepEqual(
    other.taken.map((one) => one.notice.key),
    [notice?.id],
  )
  assert.equal(await deliverNotices(centre, other.channelFor), 0)
})

test('a refusal for good is given up with its reason and shown', async () => {
  const centre = await hub()
  await readFailed(centre, 'permanent')
  centre.pass(2 * MINUTE)
  centre.targets = { email: false, webhooks: ['pager'] }
  await watchFreshness(centre, watch)
  await deliverNotices(centre, sink(() => new Failure('permanent', 'It answered 404.')).channelFor)
  const [notice] = await recentNotices(centre.db, 1)
  assert.ok(notice?.givenUpAt)
  assert.equal(notice.because, 'It answered 404.')
})

test('what a source would take away is one alarm until it has everything again; another person’s record is none', async () => {
  const centre = await hub()
  const { db } = centre
  const shrink = { what: 'allergies' as const, charts: 60, entries: 70, of: 70, emptied: 60, filled: 60 }
  const look = async () => {
    await read(centre, 0)
    return watchFreshness(centre, watch)
  }
  const people = [0, 1].map((at) => ({
    mrn: String(at),
    name: { family: 'A', given: [] },
    birthDate: undefined,
    sex: 'unknown' as const,
  }))
  await raiseIdentity(db, { sourceId: 'ehr', subject: 'p1', digest: 'x', people, at: centre.clock.now() })
  await raiseShrink(db, 'gone', [shrink], centre.clock.now())
  assert.deepEqual((await look()).raised, [])
  await raiseShrink(db, 'ehr', [shrink], centre.clock.now())
  assert.deepEqual((await look()).raised, ['held-back:ehr'])
  await raiseShrink(db, 'ehr', [{ ...shrink, what: 'problems' }], centre.clock.now())
  centre.pass(10 * SECOND)
  assert.deepEqual((await look()).raised, [])
  assert.match(
    (await openAlarms(db))[0]?.cause.because ?? '',
    /70 of 70 allergies in 60 charts \(100%\), 70 of 70 problems/,
  )
  await noteRecovered(db, 'ehr', centre.clock.now())
  const closed: string[] = []
  for (let tick = 0; tick < 15; tick++) {
    centre.pass(10 * SECOND)
    closed.push(...(await look()).closed)
  }
  assert.deepEqual(closed, ['held-back:ehr'])
  assert.deepEqual(
    centre.audited.map(({ what, about }) => [what, about.source]),
    [
      ['held-back-raised', 'ehr'],
      ['held-back-ended', 'ehr'],
    ],
  )
})
