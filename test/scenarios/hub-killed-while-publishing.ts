import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { chanceOf } from '../../dev/practice/chance.ts'
import { recordOf } from '../../dev/practice/practice.ts'
import { connectionOf } from '../../src/base/database.ts'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { noGap, type PackWatch, publishedSequences, watchPacks } from './stage/pack-watch.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'kill -9 of the hub at 12 moments of publishing; no site adopts a torn or older pack, and what came last arrives'

const KILLS = 12
const PATIENTS = 300
const SITES = ['riverside', 'west-mill']
/** Above every id that the generator and the mover give. */
const FIRST_ID = 2 ** 30 + 500_000_000

export async function play(tell: Tell, { signal, seed }: PlayOptions): Promise<void> {
  await using stage = await openStage({
    signal,
    sites: SITES,
    patients: PATIENTS,
    rate: 900,
    readEvery: '1s',
    policy: { pullEveryMs: 5 * SECOND, silentAfterMs: 600 * SECOND },
  })
  tell(
    `${SITES.length} clinics hold the packs of ${PATIENTS} patients; the practice makes 15 changes a second and the hub reads every second.`,
  )
  const watches = new Map(SITES.map((siteId) => [siteId, watchPacks(stage, siteId)]))
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    const written: Written[] = []
    let hits = 0
    for (let nth = 0; nth < KILLS; nth++) {
      written.push(await write(stage, client, nth))
      const { busy } = await killWhilePublishing(stage, seed, nth, signal)
      if (busy) hits++
      await stage.sample.hub.start()
    }
    tell(
      `The hub was killed ${KILLS} times at moments that the seed ${seed} chose, ${hits} times in the middle of publishing, and started again.`,
    )
    await stage.up(stage.sample.hub, `${stage.hubUrl}/health`)
    const last = await write(stage, client, KILLS)
    await goesOn(stage, [...written, last], signal, tell)
    await nothingTorn(stage, watches, tell)
  } finally {
    await client.end()
    for (const watch of watches.values()) await watch.end().catch(() => {})
  }
}

type Written = { patientId: number; word: string; at: number }

/** One change in the EHR that can be looked for: an allergy that nobody else has. */
async function write(stage: Stage, client: pg.Client, nth: number): Promise<Written> {
  const shown = Array.from({ length: PATIENTS }, (_, at) => at + 1).filter(
    (id) => recordOf(stage.sample.practice, id).patient.restriction === 'none',
  )
  const patientId = shown[(nth * 37) % shown.length] ?? 1
  const word = `Killweed ${nth}`
  await client.query(
    `INSERT INTO allergy (allergy_id, patient_id, substance, criticality, verified) VALUES ($1, $2, $3, 'high', true)`,
    [FIRST_ID + nth, patientId, word],
  )
  return { patientId, word, at: systemClock.now() }
}

/** Waits until the hub publishes, a little longer as the seed decides, and kills it. `busy`: it was still at it just before. */
async function killWhilePublishing(
  stage: Stage,
  seed: number,
  nth: number,
  signal: AbortSignal,
): Promise<{ busy: boolean }> {
  const chance = chanceOf(seed, 'kill', nth)
  const sightings = chance.whole(1, 4)
  const delayMs = chance.whole(0, 30)
  let before = false
  let seen = 0
  await until(
    'the hub publishes',
    async () => {
      const now = await isPublishing(stage)
      if (now && !before) seen++
      before = now
      return seen >= sightings
    },
    { withinMs: 90 * SECOND, everyMs: 1, signal },
  )
  await pause(delayMs)
  const busy = await isPublishing(stage)
  await stage.sample.hub.kill()
  return { busy }
}

/** Whether some hub has its turn at publishing, as the database sees it. */
async function isPublishing(stage: Stage): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
      AND (classid::bigint << 32) | objid::bigint = hashtextextended('holdfast turn publish', 0)) AS held`.execute(
    stage.sample.settled.centre.db,
  )
  return rows[0]?.held === true
}

async function goesOn(stage: Stage, written: readonly Written[], signal: AbortSignal, tell: Tell): Promise<void> {
  const newest = written.at(-1)
  await stage.fresh(newest?.at ?? 0)
  for (const siteId of SITES) {
    const doctor = stage.browser(stage.site(siteId).url)
    await doctor.signIn('doctor', PASSWORD)
    for (const { patientId, word } of written)
      await until(
        `${word} stands on the page at ${siteId}`,
        async () => (await doctor.open(`/patient/${patientId}`)).words.includes(word),
        { withinMs: 30 * SECOND, signal },
      )
  }
  tell(
    `Packs go on: all ${written.length} changes that were made between the kills, the newest too, are readable at both clinics.`,
  )
}

async function nothingTorn(stage: Stage, watches: ReadonlyMap<string, PackWatch>, tell: Tell): Promise<void> {
  let adopted = 0
  for (const watch of watches.values()) {
    await watch.end()
    for (const [packId, sequences] of watch.adopted()) {
      adopted += sequences.length
      assert.ok(sequences.length > 1, `${packId} was adopted again after a kill`)
      assert.deepEqual(
        sequences,
        [...new Set(sequences)].toSorted((a, b) => a - b),
        `${packId} only rises`,
      )
    }
  }
  tell(
    `${adopted} packs were adopted meanwhile. Each was signed, whole to the last byte and newer than the one before.`,
  )
  const published = await publishedSequences(stage)
  for (const [packId, sequences] of published) noGap(packId, sequences)
  const count = [...published.values()].reduce((sum, one) => sum + one.length, 0)
  tell(`The hub's own list of ${count} publications has no gap and no number twice.`)
  const log = await stage.holdfast('audit', 'verify', '--config', stage.sample.hubConfigFile)
  assert.equal(log.code, 0, log.said)
  tell('The audit trail holds.')
}
