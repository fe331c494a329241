import assert from 'node:assert/strict'
import pg from 'pg'
import { type Cable, layCable } from '../../dev/sample/cable.ts'
import type { Part } from '../../dev/sample/part.ts'
import { connectionOf } from '../../src/base/database.ts'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { readsSince } from '../../src/hub/sources/store.ts'
import { openAlarms, recentNotices } from '../../src/monitor/store.ts'
import { noGap, type PackWatch, publishedSequences, watchPacks } from './stage/pack-watch.ts'
import { mailSink, type Sink, webhookSink } from './stage/sinks.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'Two hubs on one database read, publish and tell once between them; one is killed and the other goes on alone'

const EVERY_MS = 3 * SECOND
const TOGETHER_MS = 6 * EVERY_MS
const SITES = ['riverside', 'west-mill']
const FIRST_ID = 2 ** 30 + 600_000_000
const WORD = 'Secondhubweed'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using mail = await mailSink()
  await using hook = await webhookSink()
  await using stage = await openStage({
    signal,
    sites: SITES,
    patients: 240,
    rate: 240,
    readEvery: `${EVERY_MS / SECOND}s`,
    policy: { noticeTo: ['oncall@harbor.example'], pullEveryMs: 15 * SECOND, silentAfterMs: 120 * SECOND },
    hubConfig: {
      notices: {
        email: { host: '127.0.0.1', port: mail.port, security: 'none', from: 'holdfast@harbor.example' },
        webhooks: [{ name: 'pager', url: `http://127.0.0.1:${hook.port}/`, secret: 'a secret of this scenario' }],
      },
    },
  })
  const acts = { stage, mail, hook, signal, tell }
  const watches = new Map(SITES.map((siteId) => [siteId, watchPacks(stage, siteId)]))
  const second = await stage.anotherHub()
  try {
    await stage.up(second.part, `${second.url}/health`)
    await bothServe(acts, second.url)
    await readOnceBetweenThem(acts)
    await toldOnce(acts)
    await oneIsKilled(acts, second)
    await firstReturns(acts, second.part)
    await sequencesWhole(acts, watches)
  } finally {
    for (const watch of watches.values()) await watch.end().catch(() => {})
  }
}

type Acts = { stage: Stage; mail: Sink; hook: Sink; signal: AbortSignal; tell: Tell }

async function bothServe({ stage, tell }: Acts, secondUrl: string): Promise<void> {
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  const page = await owner.open(`${secondUrl}/sites`)
  assert.equal(new URL(page.url).pathname, '/sites', 'who signed in at one hub is known at the other')
  assert.match(page.words, /Riverside/)
  tell('Two hubs run on one database and one folder of packs. Who signed in at the first is known at the second.')
}

/** The source is read once in each interval, never by both at a time. */
async function readOnceBetweenThem({ stage, signal, tell }: Acts): Promise<void> {
  const { db } = stage.sample.settled.centre
  const from = systemClock.now()
  await until('several intervals go by', () => systemClock.now() - from >= TOGETHER_MS, {
    withinMs: 2 * TOGETHER_MS,
    signal,
  })
  const reads = (await readsSince(db, 'ehr', from)).filter(({ outcome }) => outcome === 'done')
  const most = (systemClock.now() - from) / EVERY_MS + 1
  assert.ok(
    reads.length > 0 && reads.length <= most,
    `${reads.length} reads, where one hub would make ${most.toFixed(1)}`,
  )
  for (const [at, read] of reads.entries()) {
    const before = reads[at - 1]
    if (before !== undefined) assert.ok(read.endedAt - read.tookMs >= before.endedAt, 'two reads at a time')
  }
  tell(
    `In ${TOGETHER_MS / EVERY_MS} intervals the EHR is read ${reads.length} times, as by one hub, and never twice at a time.`,
  )
}

async function toldOnce({ stage, mail, hook, signal, tell }: Acts): Promise<void> {
  const { db } = stage.sample.settled.centre
  await until('nobody is alarmed', async () => (await openAlarms(db)).length === 0, { withinMs: 90_000, signal })
  const before = { mail: mail.taken.length, hook: hook.taken.length }
  await stage.sample.ehr.pauseReplay()
  await until('the notice is with both', () => mail.taken.length > before.mail && hook.taken.length > before.hook, {
    withinMs: 60_000,
    signal,
  })
  // Each hub looks, raises and delivers several times in this while.
  const from = systemClock.now()
  await until('both hubs had their chance', () => systemClock.now() - from >= 8 * SECOND, { withinMs: 20_000, signal })
  assert.deepEqual([mail.taken.length - before.mail, hook.taken.length - before.hook], [1, 1])
  tell('The standby stands still. Both hubs watch; one mail and one call come.')
}

/** Nobody says goodbye: its turns, leases and listeners are left as they are. The practice's address leads to the other hub. */
async function oneIsKilled(
  { stage, mail, hook, signal, tell }: Acts,
  second: { part: Part; url: string },
): Promise<void> {
  const { db } = stage.sample.settled.centre
  await stage.sample.hub.kill()
  assert.ok(second.part.running)
  const address: Cable = await layCable(Number(new URL(stage.hubUrl).port), () => Number(new URL(second.url).port))
  try {
    await stage.sample.ehr.resumeReplay()
    const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
    await client.connect()
    const patientId = stage.visits('riverside').at(0)?.patient.id ?? 1
    try {
      await client.query("UPDATE patient SET restriction = 'none' WHERE patient_id = $1", [patientId])
      await client.query(
        `INSERT INTO allergy (allergy_id, patient_id, substance, criticality, verified) VALUES ($1, $2, $3, 'high', true)`,
        [FIRST_ID, patientId, WORD],
      )
    } finally {
      await client.end()
    }
    await stage.fresh(systemClock.now())
    const doctor = stage.browser(stage.site('riverside').url)
    await doctor.signIn('doctor', PASSWORD)
    await until(
      'the change is on the page',
      async () => (await doctor.open(`/patient/${patientId}`)).words.includes(WORD),
      { withinMs: 30_000, signal },
    )
    tell(
      'The first hub is killed. The second reads, publishes and serves alone; a change made since is readable at the clinic.',
    )
    await until('the alarm is over', async () => (await openAlarms(db)).length === 0, { withinMs: 120_000, signal })
    await until(
      'every notice is delivered',
      async () => (await recentNotices(db, 100)).every(({ deliveredAt }) => deliveredAt !== undefined),
      { withinMs: 30_000, signal },
    )
    const notices = await recentNotices(db, 100)
    for (const { taken } of [mail, hook]) assert.equal(new Set(taken.map(({ id }) => id)).size, taken.length)
    assert.equal(mail.taken.length + hook.taken.length, notices.length)
    const told = notices.map(({ text, channel, target }) => `${text.alarmId} ${text.kind} ${channel} ${target}`)
    assert.equal(new Set(told).size, told.length, 'nothing of an alarm is told twice to one target')
    // On a machine that is held up the source may come late once more: another alarm, told and ended like the first.
    const [raised, over] = ['raised', 'over'].map((kind) =>
      notices.filter(({ text }) => text.kind === kind && text.key === 'source:ehr'),
    )
    assert.ok(over !== undefined && over.length >= 2)
    assert.equal(over.length, raised?.length)
    tell(`The alarm ends under the second hub: of ${notices.length} notices in all, each arrived exactly once.`)
  } finally {
    await address.close()
  }
}

async function firstReturns({ stage, tell }: Acts, second: Part): Promise<void> {
  await stage.up(stage.sample.hub, `${stage.hubUrl}/health`)
  await second.kill()
  await stage.fresh(systemClock.now())
  tell('The first hub is started again and the second is killed: the clinics stay fresh.')
}

async function sequencesWhole({ stage, tell }: Acts, watches: ReadonlyMap<string, PackWatch>): Promise<void> {
  for (const watch of watches.values()) await watch.end()
  const published = await publishedSequences(stage)
  for (const [packId, sequences] of published) noGap(packId, sequences)
  const count = [...published.values()].reduce((sum, one) => sum + one.length, 0)
  tell(
    `${count} packs were published between them: no number is missing, none was given twice, and no clinic adopted a torn or older one.`,
  )
}
