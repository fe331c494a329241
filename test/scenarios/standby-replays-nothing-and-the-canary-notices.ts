import assert from 'node:assert/strict'
import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import { SECOND } from '../../src/base/time.ts'
import { heardOfAll } from '../../src/hub/sites/store.ts'
import { openAlarms, recentNotices } from '../../src/monitor/store.ts'
import type { Browser } from './stage/browser.ts'
import { mailSink, type Sink, type Taken, webhookSink } from './stage/sinks.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The standby answers every question and replays nothing; the canary notices, tells once, and says when it is over'

const EVERY_MS = 6 * SECOND
const STALE_AFTER_MS = 25 * SECOND
const SITES = ['riverside', 'lighthouse-point']

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using mail = await mailSink()
  await using hook = await webhookSink()
  const limits = { staleAfterMs: STALE_AFTER_MS, expiredAfterMs: 3_600_000 }
  await using stage = await openStage({
    signal,
    sites: SITES,
    patients: 240,
    rate: 240,
    readEvery: `${EVERY_MS / SECOND}s`,
    policy: {
      noticeTo: ['oncall@harbor.example'],
      // Sites wait at the hub for what is new, so this is how long they may be behind, not how often they get something.
      pullEveryMs: 15 * SECOND,
      silentAfterMs: 60 * SECOND,
      limits: { schedule: limits, keyData: limits, roster: limits },
    },
    hubConfig: {
      notices: {
        email: { host: '127.0.0.1', port: mail.port, security: 'none', from: 'holdfast@harbor.example' },
        webhooks: [{ name: 'pager', url: `http://127.0.0.1:${hook.port}/`, secret: 'a secret of this scenario' }],
      },
    },
  })
  const acts = { stage, mail, hook, signal, tell }
  const hub = stage.browser(stage.hubUrl)
  await hub.signIn('owner', PASSWORD)
  const doctor = stage.browser(stage.site('riverside').url)
  await doctor.signIn('doctor', PASSWORD)
  const told = await quietAtFirst(acts, hub)

  const frozenAt = await freeze(acts)
  await noticed(acts, told, frozenAt)
  await hubSaysFrozen(acts, hub)
  const asOf = await sitesSayHowOld(acts, doctor, frozenAt)
  await stillOneNotice(acts, told, asOf)
  await resume(acts, told, hub)
}

type Told = { mail(): Taken[]; hook(): Taken[] }
type Acts = { stage: Stage; mail: Sink; hook: Sink; signal: AbortSignal; tell: Tell }

/** What was told before is not counted; on a machine of its own it is nothing. */
async function quietAtFirst({ stage, mail, hook, signal, tell }: Acts, hub: Browser): Promise<Told> {
  const { db } = stage.sample.settled.centre
  await until(
    'the canary has come back, and nobody is alarmed',
    async () => {
      const { words } = await hub.open('/sources/ehr')
      const delivered = (await recentNotices(db, 100)).every(({ deliveredAt }) => deliveredAt !== undefined)
      return /A stamp written .* came back through it/.test(words) && delivered && (await openAlarms(db)).length === 0
    },
    { withinMs: 120_000, signal },
  )
  const before = { mail: mail.taken.length, hook: hook.taken.length }
  tell(`The practice is at work. The hub reads its standby every ${EVERY_MS / SECOND} s, and its stamps come back.`)
  return { mail: () => mail.taken.slice(before.mail), hook: () => hook.taken.slice(before.hook) }
}

/** Pauses the replay; the standby goes on answering, and a check that only asks for an answer stays green. */
async function freeze({ stage, tell }: Acts): Promise<number> {
  const { ehr } = stage.sample
  await ehr.pauseReplay()
  const frozenAt = Date.now()
  const client = new pg.Client(connectionOf(ehr.urls.reader))
  await client.connect()
  try {
    const { rows } = await client.query<{ one: number; patients: number }>(
      'SELECT 1 AS one, (SELECT count(*)::int FROM patient) AS patients',
    )
    assert.equal(rows[0]?.one, 1)
    assert.equal(rows[0].patients, 240)
  } finally {
    await client.end()
  }
  tell(
    'The standby stops replaying. It takes the sign-in, SELECT 1 is answered, all 240 patients are there: a ping is green.',
  )
  return frozenAt
}

async function noticed({ signal, tell }: Acts, told: Told, frozenAt: number): Promise<void> {
  const [letter, call] = await until(
    'the notice is with mail and webhook',
    () => {
      const [byMail] = told.mail()
      const [byHook] = told.hook()
      return byMail === undefined || byHook === undefined ? undefined : ([byMail, byHook] as const)
    },
    { withinMs: 6 * EVERY_MS, signal, everyMs: 50 },
  )
  for (const one of [letter, call]) {
    assert.match(one.subject, /EHR standby stands still/)
    assert.match(one.text, /it shows an older state as if it were now/)
  }
  const intervals = (one: Taken): number => (one.at - frozenAt) / EVERY_MS
  const slowest = Math.max(intervals(letter), intervals(call))
  tell(
    `"${letter.subject}" is in the mailbox ${intervals(letter).toFixed(2)} intervals after the freeze, at the pager after ${intervals(call).toFixed(2)}.`,
  )
  assert.ok(slowest <= 2, `both notices are there within 2 intervals; the slower one took ${slowest.toFixed(2)}`)
}

async function hubSaysFrozen({ signal, tell }: Acts, hub: Browser): Promise<void> {
  const page = await until(
    'the source page says frozen',
    async () => {
      const now = await hub.open('/sources/ehr')
      return now.words.includes('frozen') ? now : undefined
    },
    { withinMs: EVERY_MS, signal },
  )
  assert.match(page.words, /Reads succeed, but no stamp written in the last .* has come through/)
  assert.match((await hub.open('/alarms')).words, /The source EHR standby stands still/)
  tell('The hub calls the source frozen: reads succeed, and no stamp comes through.')
}

/** The age that a site shows grows from the last thing that came through; what it says the data is of does not move. */
async function sitesSayHowOld({ stage, signal, tell }: Acts, doctor: Browser, frozenAt: number): Promise<number> {
  const page = await until(
    'the site says that its data is past the limit',
    async () => {
      const now = await doctor.open('/today')
      return /Older than 25 s/.test(now.words) ? now : undefined
    },
    { withinMs: STALE_AFTER_MS + 30_000, signal },
  )
  const heard = await heardOfAll(stage.sample.settled.centre.db)
  const asOfs = SITES.map((id) => heard.get(id)?.heartbeat.freshness)
  for (const held of asOfs) {
    assert.ok(held?.schedule !== undefined && held.keyData !== undefined && held.canary !== undefined)
    for (const [what, at] of Object.entries({ schedule: held.schedule, keyData: held.keyData, canary: held.canary }))
      assert.ok(at <= frozenAt, `${what} is held as of ${at - frozenAt} ms after the standby stood still`)
  }
  const age = Number(/\((\d+) s old\)/.exec(page.words)?.[1] ?? Number.NaN)
  const asOf = asOfs[0]?.schedule ?? 0
  const trueAge = (Date.now() - asOf) / SECOND
  assert.ok(
    age >= STALE_AFTER_MS / SECOND && age <= trueAge + 1 && age >= trueAge - 15,
    `it shows ${age} s of ${trueAge} s`,
  )
  tell(
    `The clinic's page says ${/as of [^.]*old\)\. Older than 25 s/.exec(page.words)?.[0]}: the age of the data, not of the last read.`,
  )
  return asOf
}

/** One cause: two clinics with old data are symptoms of it. */
async function stillOneNotice({ stage, signal, tell }: Acts, told: Told, asOf: number): Promise<void> {
  const { db } = stage.sample.settled.centre
  const [alarm] = await until(
    'both clinics stand among the symptoms',
    async () => {
      const open = await openAlarms(db)
      return open[0]?.cause.symptoms.length === SITES.length ? open : undefined
    },
    { withinMs: 30_000, signal },
  )
  assert.equal(alarm?.key, 'source:ehr')
  assert.equal((await openAlarms(db)).length, 1)
  assert.equal(told.mail().length, 1, 'one mail')
  assert.equal(told.hook().length, 1, 'one call')
  const heard = await heardOfAll(db)
  assert.equal(heard.get('riverside')?.heartbeat.freshness?.schedule, asOf, 'asOf has not moved on')
  tell('Both clinics show old data by now. It is still one alarm, one mail and one call: one cause.')
}

async function resume({ stage, signal, tell }: Acts, told: Told, hub: Browser): Promise<void> {
  const resumedAt = Date.now()
  await stage.sample.ehr.resumeReplay()
  await stage.fresh(resumedAt)
  tell('Replay goes on. Both clinics are fresh again without anybody doing anything.')
  await until('the news that it is over has arrived', () => told.mail().length >= 2 && told.hook().length >= 2, {
    withinMs: 90_000,
    signal,
  })
  for (const taken of [told.mail(), told.hook()]) {
    assert.equal(taken.length, 2)
    assert.match(taken[1]?.subject ?? '', /over: The source EHR standby stands still/)
    assert.equal(new Set(taken.map(({ id }) => id)).size, 2)
  }
  assert.match((await hub.open('/sources/ehr')).words, /came back through it/)
  assert.deepEqual(await openAlarms(stage.sample.settled.centre.db), [])
  tell(
    `"${told.mail()[1]?.subject}" follows after ${((Date.now() - resumedAt) / SECOND).toFixed(0)} s: two notices in all to each.`,
  )
}
