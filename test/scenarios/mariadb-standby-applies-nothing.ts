import assert from 'node:assert/strict'
import { SECOND } from '../../src/base/time.ts'
import { pairState } from '../../src/monitor/standby/store.ts'
import { openAlarms } from '../../src/monitor/store.ts'
import { mariadbPair } from '../engines/lab/mariadb-pair.ts'
import { type Sink, webhookSink } from './stage/sinks.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The SQL thread of a MariaDB replica is stopped: the hub, which called the pair PROVEN, names it on its page and in one notice; with both servers dead the clinic says up to when the replica had everything'

const NAMED_MS = 15 * SECOND
const HAD = /The standby had everything up to \d\d:\d\d:\d\d \(0-1-\d+\)/

type Acts = { stage: Stage; hook: Sink; signal: AbortSignal; tell: Tell }

/** A real MariaDB pair on network namespaces: needs root and what dev/install-engines installs. */
export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using hook = await webhookSink()
  await using pair = await mariadbPair()
  const side = (of: { socket: string }) => ({ socket: of.socket, tls: 'off' })
  const billing = {
    id: 'billing',
    name: 'Billing database',
    engine: 'mariadb',
    every: '2s',
    primary: side(pair.primary),
    standby: side(pair.standby),
  }
  await using stage = await openStage({
    signal,
    sites: ['lighthouse-point'],
    patients: 60,
    hubConfig: {
      standbys: [billing],
      notices: {
        webhooks: [{ name: 'pager', url: `http://127.0.0.1:${hook.port}/`, secret: 'a secret of the stage' }],
      },
    },
  })
  const acts = { stage, hook, signal, tell }
  const hub = stage.browser(stage.hubUrl)
  await hub.signIn('owner', PASSWORD)
  const shows = (words: RegExp) => shown(() => hub.open('/standby/billing'), words, signal)
  const has = await shows(/Has everything up to \d\d:\d\d:\d\d/)
  assert.match(has, /PROVEN/)
  tell('A MariaDB primary and its replica (GTID). The hub asks both every 2 s, each over its own way: PROVEN.')
  const site = stage.browser(stage.site('lighthouse-point').url)
  await site.signIn('doctor', PASSWORD)
  const health = () => site.open('/health')
  const held = HAD.exec(await shown(health, HAD, signal))?.[0]
  tell(`The clinic holds the record of it in its pack: "${held}."`)

  const at = Date.now()
  await pair.standby.run('STOP REPLICA SQL_THREAD')
  const named = await stopped(acts, at)
  assert.match(await shows(/BEHIND/), /Replay is paused.*START REPLICA SQL_THREAD/)
  tell(
    `Somebody stops the SQL thread. After ${(named.afterMs / SECOND).toFixed(1)} s the pager has: "${named.subject}".`,
  )
  await shown(health, /replay on the standby is paused/, signal)
  tell('The clinic’s pack says so too.')

  await Promise.all([pair.primary.kill9(), pair.standby.kill9(), stage.sample.hub.kill()])
  const last = HAD.exec((await health()).words)?.[0]
  assert.ok(last !== undefined)
  tell(`Both servers and the hub are killed. The clinic's own page: "${last}."`)
}

/** Named, and told once: by the fault's name, with what goes on working and what to do. */
async function stopped({ stage, hook, signal }: Acts, at: number): Promise<{ afterMs: number; subject: string }> {
  const { db } = stage.sample.settled.centre
  await until(
    'the fault has its name',
    async () => (await pairState(db, 'billing'))?.findings.some(({ fault }) => fault === 'replay-paused') === true,
    { withinMs: 30_000, signal, everyMs: 50 },
  )
  const told = await until('the notice has arrived', () => hook.taken.find(({ subject }) => /Billing/.test(subject)), {
    withinMs: 60_000,
    signal,
    everyMs: 50,
  })
  assert.match(told.subject, /Billing database: replay on the standby is paused/)
  assert.match(told.text, /People work on the primary as before/)
  assert.match(told.text, /START REPLICA SQL_THREAD/)
  assert.ok(told.at - at <= NAMED_MS, `named and told within 15 s; it took ${told.at - at} ms`)
  assert.deepEqual(
    (await openAlarms(db)).map(({ key }) => key),
    ['standby:billing:reading'],
  )
  assert.equal(hook.taken.filter(({ subject }) => /Billing/.test(subject)).length, 1)
  return { afterMs: told.at - at, subject: told.subject }
}

async function shown(open: () => Promise<{ words: string }>, words: RegExp, signal: AbortSignal): Promise<string> {
  const page = await until(
    `a page says ${words}`,
    async () => {
      const now = await open()
      return words.test(now.words) ? now : undefined
    },
    { withinMs: 90_000, signal },
  )
  return page.words
}
