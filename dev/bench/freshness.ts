import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import { MINUTE, SECOND } from '../../src/base/time.ts'
import { readsSince } from '../../src/hub/sources/store.ts'
import { openVault } from '../../src/pack/vault/store.ts'
import { siteFolder } from '../../src/site/local/folder.ts'
import { webhookSink } from '../../test/scenarios/stage/sinks.ts'
import { openStage, PASSWORD, type Stage } from '../../test/scenarios/stage/stage.ts'
import { until } from '../../test/scenarios/stage/until.ts'
import type { Bench, Measured } from './measured.ts'

/**
 * From a write in the EHR's primary to the words on a page at a site: real standby, hub and sites as processes of their own, at the sample's
 * interval. Writes fall at random moments of the interval. Then the standby's replay is paused, and the time until the notice is at its far side is
 * taken. The peer is what a script would do instead at each refresh: read every table of the EHR whole.
 */
export const benches = [
  {
    name: 'freshness',
    about: 'EHR write to readable at a site; a frozen standby to its notice',
    patients: [20_000, 200_000],
    run: freshness,
  },
] satisfies Bench[]

const INTERVAL_MS = 15 * SECOND
const WRITES = 60
/** Of the sample practice's mapping, and some. */
const OVERLAP_MS = 2.5 * MINUTE

async function* freshness({ patients, signal }: { patients: number; signal: AbortSignal }): AsyncIterable<Measured> {
  await using hook = await webhookSink()
  const url = `http://127.0.0.1:${hook.port}/`
  await using stage = await openStage({
    signal,
    patients,
    sites: ['riverside'],
    readEvery: `${INTERVAL_MS / SECOND}s`,
    policy: { pullEveryMs: INTERVAL_MS, silentAfterMs: 4 * INTERVAL_MS },
    hubConfig: { notices: { webhooks: [{ name: 'bench', url, secret: 'a secret of the bench alone' }] } },
  })
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    await loadIsHistory(stage, signal)
    const tookMs = await writesUntilReadable(stage, client, patients, signal)
    const p = (share: number): number =>
      (tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0) / SECOND
    const wholeRead = await readEverything(client)
    yield { measure: 'write to readable, p50', value: p(0.5), unit: 's' }
    yield {
      measure: 'write to readable, p99',
      value: p(0.99),
      unit: 's',
      peer: { name: `every table read whole after ${INTERVAL_MS / SECOND} s`, value: INTERVAL_MS / SECOND + wholeRead },
      bar: { of: 'value', most: INTERVAL_MS / SECOND + 2 },
    }
    yield {
      measure: 'frozen standby to notice, in intervals',
      value: (await freezeUntilNotice(stage, hook.taken, signal)) / INTERVAL_MS,
      unit: 'intervals',
      bar: { of: 'value', most: 2 },
    }
  } finally {
    await client.end()
  }
}

/**
 * A practice in use does not write all of its charts anew in two minutes, as filling this one did: looks for changes reach back by the mapping's
 * `overlap`, and would find that load again.
 */
async function loadIsHistory(stage: Stage, signal: AbortSignal): Promise<void> {
  const { db, clock } = stage.sample.settled.centre
  const filledAt = clock.now()
  const past = async () =>
    (await readsSince(db, 'ehr', filledAt)).some(({ endedAt }) => endedAt > filledAt + OVERLAP_MS)
  await until('the load lies behind what looks for changes reach back to', past, {
    withinMs: OVERLAP_MS + 20 * INTERVAL_MS,
    everyMs: SECOND,
    signal,
  })
}

type Write = { patientId: number; word: string; at: number }

/** Milliseconds of each write, shortest first. */
async function writesUntilReadable(
  stage: Stage,
  client: pg.Client,
  patients: number,
  signal: AbortSignal,
): Promise<number[]> {
  const site = stage.site('riverside')
  const browser = stage.browser(site.url)
  await browser.signIn('doctor', PASSWORD)
  const vault = await openVault(siteFolder(site.folder).packs)
  const waiting = new Set<Write>()
  const tookMs: number[] = []
  const writing = writeUnevenly(client, patients, waiting, signal)
  let looked: number | undefined
  // Pages are opened when something came, so that looking does not slow down what is looked at.
  await until(
    `${WRITES} writes stand on their pages`,
    async () => {
      const sequence = await vault.highWater('panel')
      if (sequence === looked) return false
      looked = sequence
      for (const write of waiting) {
        if (!(await browser.open(`/patient/${write.patientId}`)).words.includes(write.word)) continue
        tookMs.push(performance.now() - write.at)
        waiting.delete(write)
      }
      return tookMs.length === WRITES
    },
    { withinMs: WRITES * 2 * SECOND + 8 * INTERVAL_MS, everyMs: 50, signal },
  )
  await writing
  return tookMs.toSorted((a, b) => a - b)
}

async function writeUnevenly(
  client: pg.Client,
  patients: number,
  waiting: Set<Write>,
  signal: AbortSignal,
): Promise<void> {
  for (let nth = 0; nth < WRITES; nth++) {
    const patientId = 1 + ((nth * 7919) % patients)
    const word = `Benchweed ${nth}`
    await client.query(
      "UPDATE patient SET restriction = 'none' WHERE patient_id = $1 AND restriction IS DISTINCT FROM 'none'",
      [patientId],
    )
    await client.query(
      `INSERT INTO allergy (allergy_id, patient_id, substance, criticality, verified) VALUES ($1, $2, $3, 'high', true)`,
      [2 ** 30 + 900_000 + nth, patientId, word],
    )
    waiting.add({ patientId, word, at: performance.now() })
    // Steps that are uneven, so that writes fall all over the interval.
    await pause(900 + ((nth * 613) % 700), undefined, { signal })
  }
}

/** Seconds to read all of the EHR once. */
async function readEverything(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  )
  const from = performance.now()
  for (const { name } of rows) {
    const { rows: lines } = await client.query<{ line: string }>(`SELECT to_jsonb(t)::text AS line FROM ${name} t`)
    await pipeline(
      lines.map(({ line }) => line),
      new Writable({ objectMode: true, write: (_line, _encoding, done) => done() }),
    )
  }
  return (performance.now() - from) / SECOND
}

async function freezeUntilNotice(stage: Stage, taken: readonly { at: number }[], signal: AbortSignal): Promise<number> {
  const before = taken.length
  await stage.sample.ehr.pauseReplay()
  const from = performance.now()
  await until('the notice of the frozen standby is delivered', () => taken.length > before, {
    withinMs: 20 * INTERVAL_MS,
    everyMs: 50,
    signal,
  })
  const tookMs = performance.now() - from
  await stage.sample.ehr.resumeReplay()
  return tookMs
}
