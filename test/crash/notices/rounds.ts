import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Chance, chanceOf } from '../../../dev/practice/chance.ts'
import { SECOND, systemClock } from '../../../src/base/time.ts'
import { putNotice } from '../../../src/hub/flows/put-notice.ts'
import { DEFAULT_POLICY } from '../../../src/hub/policy/policy.ts'
import { listTasks } from '../../../src/hub/tasks/store.ts'
import { recentNotices } from '../../../src/monitor/store.ts'
import { type HubAlone, hubAlone } from '../../scenarios/stage/hub-alone.ts'
import { until } from '../../scenarios/stage/until.ts'
import { type Sink, sinkAt } from './sink.ts'

/** Where the power goes, and whose. */
export const CRASHES = [
  'the hub, while the sink has not taken it yet',
  'the hub, between sending and noting',
  'the hub, just after the answer',
  'the hub, at any moment',
  'the sink, before it took it',
  'the sink, between taking and answering',
  'the sink for a while, and the hub meanwhile',
] as const
export type Crash = (typeof CRASHES)[number]

export type Delivered = {
  rounds: number
  notices: number
  /** At a far side that keeps keys: acted on exactly once. */
  once: number
  lost: number
  /** Acted on more than once, or never put. */
  wrong: number
  /** At a far side that keeps no keys: notices that would have been shown more than once, by crash. */
  shownTwice: Map<Crash, { of: number; twice: number }>
  /** What would have arrived of a program that tries once and keeps nothing. */
  byOneTry: number
}

const PATIENCE_MS = 120_000

/**
 * Puts notices into a real hub's outbox and cuts the power of the hub or of the sink at a point that the seed chooses, round after round; then waits until
 * everything is delivered and counts at the sink.
 */
export async function crashRounds(rounds: number, seed: number, signal: AbortSignal): Promise<Delivered> {
  const port = await freePort()
  const webhooks = [
    { name: 'sink', url: `http://127.0.0.1:${port}/`, secret: 'a secret of the bench alone', deadlineMs: 4000 },
  ]
  await using hub = await hubAlone(() => ({ notices: { webhooks } }), signal)
  const sink = sinkAt(port, join(hub.folder, 'sink.journal'))
  const crashOf = new Map<string, Crash>()
  try {
    await Promise.all([sink.start(), hub.up()])
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted()
      const chance = chanceOf('notices', seed, round)
      const crash = CRASHES[(round + seed) % CRASHES.length] ?? CRASHES[0]
      await play(crash, { hub, sink, chance, signal, put: () => put(hub, `round-${round}`, 1 + (round % 3)) })
      for (const { id, text } of await recentNotices(hub.db, 3))
        if (text.alarmId.startsWith(`round-${round}.`)) crashOf.set(id, crash)
      await Promise.all([sink.start(), hub.part.running ? undefined : hub.up()])
    }
    await until(
      'every notice is delivered',
      async () => (await recentNotices(hub.db, 10_000)).every(({ deliveredAt }) => deliveredAt !== undefined),
      { withinMs: 8 * 60 * SECOND, everyMs: 500, signal },
    )
    return await counted(hub, sink, crashOf, rounds)
  } finally {
    await sink.kill()
  }
}

type Round = { hub: HubAlone; sink: Sink; chance: Chance; signal: AbortSignal; put: () => Promise<void> }

async function play(crash: Crash, { hub, sink, chance, signal, put: putAll }: Round): Promise<void> {
  const soon = (most: number): Promise<void> => pause(chance.whole(0, most), undefined, { signal })
  switch (crash) {
    case 'the hub, while the sink has not taken it yet':
    case 'the hub, between sending and noting': {
      const held = sink.hold(crash === 'the hub, between sending and noting' ? 'acted' : 'heard')
      await putAll()
      await inTime(held)
      await hub.part.kill()
      return sink.goOn()
    }
    case 'the hub, just after the answer': {
      const answered = sink.next('answered')
      await putAll()
      await inTime(answered)
      await soon(15)
      return hub.part.kill()
    }
    case 'the hub, at any moment':
      await putAll()
      await soon(1500)
      return hub.part.kill()
    case 'the sink, before it took it':
    case 'the sink, between taking and answering': {
      const held = sink.hold(crash === 'the sink, before it took it' ? 'heard' : 'acted')
      await putAll()
      await inTime(held)
      await sink.kill()
      return soon(1500)
    }
    case 'the sink for a while, and the hub meanwhile':
      await sink.kill()
      await putAll()
      await soon(2500)
      await hub.part.kill()
      return soon(1000)
  }
}

function inTime<Value>(waited: Promise<Value>): Promise<Value> {
  const late = new AbortController()
  const never = pause(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error('no notice reached the sink')
  })
  return Promise.race([waited, never]).finally(() => {
    never.catch(() => {})
    late.abort()
  })
}

/** As a hub does when it raises alarms: the notices and their tasks in one transaction. */
async function put({ db }: HubAlone, name: string, count: number): Promise<void> {
  const centre = { targets: { email: false, webhooks: ['sink'] }, clock: systemClock }
  await db.transaction().execute(async (together) => {
    for (let nth = 0; nth < count; nth++) {
      const alarmId = `${name}.${nth}`
      const text = { kind: 'raised' as const, subject: name, text: name, alarmId, key: alarmId, at: systemClock.now() }
      await putNotice(centre, together, DEFAULT_POLICY, text)
    }
  })
}

async function counted(
  { db }: HubAlone,
  sink: Sink,
  crashOf: ReadonlyMap<string, Crash>,
  rounds: number,
): Promise<Delivered> {
  const keys = new Set((await recentNotices(db, 10_000)).map(({ id }) => id))
  const attempts = new Map((await listTasks(db, ['done'], 10_000)).map(({ key, attempt }) => [key ?? '', attempt]))
  const counts = await sink.counts()
  const shownTwice = new Map<Crash, { of: number; twice: number }>(CRASHES.map((crash) => [crash, { of: 0, twice: 0 }]))
  let once = 0
  let byOneTry = 0
  for (const key of keys) {
    const { heard = 0, acted = 0, actedAtHearing = 0 } = counts.get(key) ?? {}
    once += Number(acted === 1)
    // The first try is the first hearing only if no try was lost before it came.
    byOneTry += Number(actedAtHearing === 1 && heard === (attempts.get(key) ?? 1))
    const of = shownTwice.get(crashOf.get(key) ?? CRASHES[3])
    if (of === undefined) continue
    of.of++
    of.twice += Number(heard > 1 && actedAtHearing < heard)
  }
  const lost = [...keys].filter((key) => (counts.get(key)?.acted ?? 0) === 0).length
  const wrong = [...counts].filter(([key, { acted }]) => !keys.has(key) || acted > 1).length
  return { rounds, notices: keys.size, once, lost, wrong, shownTwice, byOneTry }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
