import assert from 'node:assert/strict'
import { SECOND } from '../../src/base/time.ts'
import { looksKept, pairState } from '../../src/monitor/standby/store.ts'
import { openAlarms } from '../../src/monitor/store.ts'
import type { Browser } from './stage/browser.ts'
import { mailSink, type Sink, type Taken, webhookSink } from './stage/sinks.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The standby receives everything and replays nothing: named within 15 s, one notice, never PROVEN; and with everything dead the clinic still says up to when it had everything'

const EVERY_MS = 6 * SECOND
const NAMED_MS = 15 * SECOND

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using mail = await mailSink()
  await using hook = await webhookSink()
  await using stage = await openStage({
    signal,
    sites: ['riverside'],
    patients: 240,
    rate: 240,
    watchStandby: true,
    readEvery: `${EVERY_MS / SECOND}s`,
    policy: { noticeTo: ['oncall@harbor.example'], pullEveryMs: 15 * SECOND, silentAfterMs: 60 * SECOND },
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

  const told = await provenAtFirst(acts, hub)
  const pausedAt = await pauseReplay(acts)
  await named(acts, told, hub, pausedAt)
  await neverProven(acts, told, pausedAt)
  await resume(acts, told, hub)
  await everythingDead(acts, doctor)
}

type Told = { mail(): Taken[]; hook(): Taken[] }
type Acts = { stage: Stage; mail: Sink; hook: Sink; signal: AbortSignal; tell: Tell }

async function provenAtFirst({ stage, mail, hook, signal, tell }: Acts, hub: Browser): Promise<Told> {
  const { db } = stage.sample.settled.centre
  const page = await until(
    'the pair is proven and nobody is alarmed',
    async () => {
      const now = await hub.open('/standby/ehr-replica')
      return now.words.includes('PROVEN') && (await openAlarms(db)).length === 0 ? now : undefined
    },
    { withinMs: 120_000, signal },
  )
  assert.match(page.words, /Has everything up to \d\d:\d\d:\d\d/)
  tell(
    `The practice is at work. Both servers are asked every 5 s, each over its own way: ${said(page.words, /The standby has everything that the primary had [^)]*\)/)}.`,
  )
  const before = { mail: mail.taken.length, hook: hook.taken.length }
  return { mail: () => mail.taken.slice(before.mail), hook: () => hook.taken.slice(before.hook) }
}

async function pauseReplay({ stage, tell }: Acts): Promise<number> {
  await stage.sample.ehr.pauseReplay()
  const at = Date.now()
  tell('Replay on the standby is paused. Its receiver goes on, it accepts sign-ins and answers every question.')
  return at
}

async function named({ stage, signal, tell }: Acts, told: Told, hub: Browser, pausedAt: number): Promise<void> {
  const { db } = stage.sample.settled.centre
  const state = await until(
    'the fault has its name',
    async () => {
      const now = await pairState(db, 'ehr-replica')
      return now?.findings.some(({ fault }) => fault === 'replay-paused') === true ? now : undefined
    },
    { withinMs: 30_000, signal, everyMs: 50 },
  )
  const namedMs = state.lookedAt - pausedAt
  const first = await until(
    'the notice has arrived',
    () => {
      const [byMail] = told.mail()
      const [byHook] = told.hook()
      return byMail === undefined || byHook === undefined ? undefined : [byMail, byHook]
    },
    { withinMs: 60_000, signal, everyMs: 50 },
  )
  for (const one of first) {
    assert.match(one.subject, /EHR database: replay on the standby is paused/)
    assert.match(one.text, /People work on the primary as before/)
    assert.match(one.text, /pg_wal_replay_resume/)
  }
  const toldMs = Math.max(...first.map(({ at }) => at)) - pausedAt
  assert.ok(toldMs <= NAMED_MS, `named and told within 15 s; it took ${toldMs} ms`)
  const page = await hub.open('/standby/ehr-replica')
  assert.match(page.words, /BEHIND/)
  assert.match(page.words, /Replay is paused: whoever reads the standby sees the state of/)
  tell(
    `"${first[0]?.subject}": named ${(namedMs / SECOND).toFixed(1)} s after the pause, told by mail and webhook after ${(toldMs / SECOND).toFixed(1)} s.`,
  )
}

/** Long enough for the source, which reads from this standby, to stand still by its canary as well: still one cause. */
async function neverProven({ stage, signal, tell }: Acts, told: Told, pausedAt: number): Promise<void> {
  const { db } = stage.sample.settled.centre
  const [alarm] = await until(
    'the source stands still as well',
    async () => {
      const open = await openAlarms(db)
      return open.some(({ cause }) => cause.symptoms.some((one) => /EHR standby/.test(one))) ? open : undefined
    },
    { withinMs: 60_000, signal },
  )
  const open = await openAlarms(db)
  assert.deepEqual(
    open.map(({ key }) => key),
    ['standby:ehr-replica:reading'],
  )
  assert.equal(told.mail().length, 1, 'one mail')
  assert.equal(told.hook().length, 1, 'one call')
  const looks = await until(
    'both servers were asked five times more',
    async () => {
      const since = (await looksKept(db, 'ehr-replica', 1000)).filter(({ primaryAt }) => (primaryAt ?? 0) > pausedAt)
      return since.length >= 5 ? since : undefined
    },
    { withinMs: 60_000, signal },
  )
  assert.deepEqual(
    looks.filter(({ verdict }) => verdict === 'PROVEN'),
    [],
    'never PROVEN while replay is paused',
  )
  const [newest] = looks
  const received = (newest?.provenAt ?? 0) > pausedAt
  assert.ok(received, 'the log itself went on arriving')
  tell(
    `${looks.length} looks later it was never called PROVEN, although the log goes on arriving. The source that reads from it stands still too: a symptom (“${alarm?.cause.symptoms.find((one) => /EHR standby/.test(one))}”), one alarm, one notice to each.`,
  )
}

async function resume({ stage, signal, tell }: Acts, told: Told, hub: Browser): Promise<void> {
  const at = Date.now()
  await stage.sample.ehr.resumeReplay()
  await until('it is proven again', async () => (await hub.open('/standby')).words.includes('PROVEN'), {
    withinMs: 30_000,
    signal,
  })
  await until('the news that it is over has arrived', () => told.mail().length >= 2 && told.hook().length >= 2, {
    withinMs: 120_000,
    signal,
  })
  assert.match(told.mail()[1]?.subject ?? '', /over: EHR database: replay on the standby is paused/)
  assert.deepEqual(await openAlarms(stage.sample.settled.centre.db), [])
  assert.equal(told.mail().length, 2)
  tell(`Replay goes on. "${told.mail()[1]?.subject}" follows after ${((Date.now() - at) / SECOND).toFixed(0)} s.`)
}

/** The servers of the EHR and the hub die at once; nobody is left to ask but the clinic's own pack. */
async function everythingDead({ stage, signal, tell }: Acts, doctor: Browser): Promise<void> {
  await until(
    'the clinic holds what is known of the standby, and who is at work',
    async () => {
      const { words } = await doctor.open('/health')
      return /The standby had everything up to \d\d:\d\d:\d\d/.test(words) && /People signed in [1-9]/.test(words)
    },
    { withinMs: 120_000, signal },
  )
  await stage.sample.mover.stop()
  await stage.killEhr()
  await stage.sample.hub.kill()
  await stage.killHubDatabase()
  const diedAt = Date.now()
  const { words } = await doctor.open('/health')
  const line = said(words, /The standby had everything up to \d\d:\d\d:\d\d \([0-9A-F/]+\) ?, [^.]*/)
  const state = /People signed in (\d+) at/.exec(words)
  assert.ok(state !== null && Number(state[1]) > 0, 'who was at work is there too')
  assert.match(words, /Unsigned notes \d+ at/)
  const ageS = Number(/\), (\d+) s ago/.exec(line)?.[1] ?? (line.includes('just now') ? 0 : Number.NaN))
  assert.ok(ageS <= 90, `what the clinic says is ${ageS} s old at the crash`)
  tell(
    `Both databases and the hub are killed at once. The clinic's own page, ${Date.now() - diedAt} ms later: "${line}."`,
  )
  tell(
    `And who had it open: ${said(words, /People signed in \d+ at \d\d:\d\d:\d\d/)}; ${said(words, /Unsigned notes \d+ at \d\d:\d\d:\d\d/)}, each by name.`,
  )
}

function said(words: string, wanted: RegExp): string {
  const found = wanted.exec(words)?.[0]
  assert.ok(found !== undefined, `the page does not say ${wanted}: ${words.slice(0, 1500)}`)
  return found.replace(' ,', ',')
}
