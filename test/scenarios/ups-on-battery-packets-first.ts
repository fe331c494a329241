import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { paperMissing } from '../../src/hub/flows/paper-missing.ts'
import { keptSheets } from '../../src/hub/sheets/store.ts'
import type { PowerRun } from '../../src/monitor/power/power.ts'
import { mainsOf, recentRuns } from '../../src/monitor/power/store.ts'
import { listEvidence } from '../../src/readiness/evidence/store.ts'
import { type Nut, startNut } from './stage/nut.ts'
import { openStage, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The power fails and the battery runs low: paper and packs are made and brought to the clinics before the first system is stopped; with the power back in between, nothing is'

const SITES = ['riverside', 'west-mill']
const STOPS = ['EHR application', 'EHR database']

type Acts = { stage: Stage; nut: Nut; pager: Pager; stopped: () => Promise<Stop[]>; signal: AbortSignal; tell: Tell }
type Stop = { name: string; at: number }

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using nut = await startNut()
  await using pager = await pagerThatCanWait()
  const file = join(tmpdir(), `hf-stopped-${process.pid}-${systemClock.now()}`)
  await writeFile(file, '')
  // What a practice would write as `ssh stop-ehr@app.lan`: here it writes down when it ran.
  const write = 'require("fs").appendFileSync(process.argv[1], process.argv[2] + "\\t" + Date.now() + "\\n")'
  const stop = STOPS.map((name) => ({ name, run: [process.execPath, '-e', write, file, name], within: '30s' }))
  await using stage = await openStage({
    signal,
    sites: SITES,
    patients: 240,
    hubConfig: {
      notices: {
        webhooks: [
          {
            name: 'pager',
            url: `http://127.0.0.1:${pager.port}/`,
            secret: 'a secret of the stage only',
            deadlineMs: 60_000,
          },
        ],
      },
      probes: [
        {
          id: 'rack-ups',
          kind: 'nut',
          name: 'The rack UPS',
          host: '127.0.0.1',
          port: nut.port,
          ups: 'ups',
          every: '1s',
          onBattery: { after: '10m', tell: { within: '60s' }, stop },
        },
      ],
    },
  })
  const stopped = async (): Promise<Stop[]> =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ name: line.split('\t')[0] ?? '', at: Number(line.split('\t')[1]) }))
  const acts: Acts = { stage, nut, pager, stopped, signal, tell }
  const { centre } = stage.sample.settled
  await until('all paper is made', async () => (await paperMissing(centre)).length === 0, { withinMs: 180_000, signal })
  tell('Two clinics are fresh and their paper is made. A real UPS server (NUT) tells the hub how the rack UPS is.')

  await blink(acts)
  await powerFails(acts)
  await powerComesBack(acts)
}

/** A short one stops nothing: the battery is not low, and ten minutes have not passed. */
async function blink({ stage, nut, stopped, signal, tell }: Acts): Promise<void> {
  const { db } = stage.sample.settled.centre
  await nut.says('OB DISCHRG', 1500, signal)
  await until('the hub knows it', async () => (await mainsOf(db, 'rack-ups')).mains.is === 'battery', {
    withinMs: 60_000,
    signal,
  })
  await nut.says('OL', 1800, signal)
  await until('the hub knows the end of it', async () => (await mainsOf(db, 'rack-ups')).mains.is === 'on', {
    withinMs: 60_000,
    signal,
  })
  assert.deepEqual(await recentRuns(db, 9), [])
  assert.deepEqual(await stopped(), [])
  tell('The lights blink. The hub sees it, and nothing begins: the battery is full and the mains are back.')
}

async function powerFails(acts: Acts): Promise<void> {
  const { stage, nut, pager, stopped, signal, tell } = acts
  const { db } = stage.sample.settled.centre
  const before = new Map((await sheetsOf(stage)).map((sheet) => [`${sheet.siteId} ${sheet.label}`, sheet]))
  await newAllergy(stage)
  const wroteAt = systemClock.now()
  await stage.fresh(wroteAt)
  tell('A new allergy is charted. On an ordinary day its paper would be made anew within ten minutes.')

  await nut.says('OB LB', 240, signal)
  const failedAt = systemClock.now()
  const run = await ended(acts, 1)
  const [first] = await stopped()
  assert.ok(first !== undefined)
  assert.deepEqual(
    (await stopped()).map(({ name }) => name),
    STOPS,
  )
  assert.equal(run.state.status, 'done', JSON.stringify(run.steps))
  const at = (kind: string): number => {
    const found = run.steps.find((step) => step.kind === kind)?.state
    assert.ok(found !== undefined && found.status === 'done')
    return found.at
  }
  assert.ok(at('packets') <= at('packs') && at('packs') <= at('tell') && at('tell') <= first.at)
  const anew = (await sheetsOf(stage)).filter((sheet) => {
    const was = before.get(`${sheet.siteId} ${sheet.label}`)
    return was !== undefined && was.contentHash !== sheet.contentHash
  })
  assert.ok(anew.length > 0, 'the paper with the new allergy was not made')
  for (const sheet of anew) assert.ok(sheet.madeAt <= first.at)
  assert.match(JSON.stringify(run.steps[1]?.state), /every site holds it: Riverside, West Mill/)
  tell(
    `The power fails and the battery is low. ${seconds(at('packets') - failedAt)} s later ${anew.length} sheets are made anew, after ${seconds(at('packs') - failedAt)} s both clinics hold the new packs.`,
  )
  const told = pager.taken.find(({ subject }) => /power has failed/.test(subject))
  assert.ok(told !== undefined && told.at <= first.at)
  tell(
    `The pager has it: "${told.subject}". Only then, after ${seconds(first.at - failedAt)} s, is the first system stopped.`,
  )
  assert.equal((await listEvidence(db, { kind: 'ups-drill' })).length, 1)
  tell(`${run.state.because} The record of it is evidence.`)
  await nut.says('OL', 1800, signal)
  await until('the hub knows that the mains are back', async () => (await mainsOf(db, 'rack-ups')).mains.is === 'on', {
    withinMs: 60_000,
    signal,
  })
}

/** While people are being told, the mains come back. */
async function powerComesBack(acts: Acts): Promise<void> {
  const { nut, pager, stopped, signal, tell } = acts
  const before = (await stopped()).length
  const held = pager.hold()
  await nut.says('OB LB', 200, signal)
  await held
  tell('The power fails once more. Paper and packs are out and people are being told.')
  await nut.says('OL', 1800, signal)
  pager.goOn()
  const run = await ended(acts, 2)
  assert.equal(run.state.status, 'called-off')
  assert.deepEqual(
    run.steps.map(({ state }) => state.status),
    ['done', 'done', 'done', 'skipped', 'skipped'],
  )
  assert.equal((await stopped()).length, before)
  await until('the end is told', () => pager.taken.some(({ subject }) => /called off/.test(subject)), {
    withinMs: 60_000,
    signal,
  })
  tell(`The mains come back before the first stop: nothing is stopped. "${run.state.because}" The pager has that too.`)
}

function ended({ stage, signal }: Acts, count: number): Promise<PowerRun & { state: { because: string } }> {
  return until(
    'the order is at its end',
    async () => {
      const runs = await recentRuns(stage.sample.settled.centre.db, 9)
      const [run] = runs
      if (runs.length !== count || run === undefined || run.state.status === 'going') return undefined
      return { ...run, state: run.state }
    },
    { withinMs: 240_000, signal },
  )
}

async function sheetsOf(stage: Stage) {
  const all = await Promise.all(
    SITES.map(async (siteId) =>
      (await keptSheets(stage.sample.settled.centre.db, siteId)).map((sheet) => ({ ...sheet, siteId })),
    ),
  )
  return all.flat()
}

async function newAllergy(stage: Stage): Promise<void> {
  const [first] = stage.visits(SITES[0] ?? '')
  assert.ok(first !== undefined)
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    await client.query(
      `INSERT INTO allergy (allergy_id, patient_id, substance, reaction, criticality, severity, verified)
       VALUES ((SELECT max(allergy_id) + 1 FROM allergy), $1, 'Chlorhexidine', 'anaphylaxis', 'high', 'severe', true)`,
      [first.visit.patient_id],
    )
    await client.query(
      `INSERT INTO list_review (patient_id, list_name, outcome, reviewed_at) VALUES ($1, 'allergies', 'listed', now())
       ON CONFLICT (patient_id, list_name) DO UPDATE SET outcome = 'listed', reviewed_at = now()`,
      [first.visit.patient_id],
    )
  } finally {
    await client.end()
  }
}

const seconds = (ms: number): string => (ms / SECOND).toFixed(1)

type Pager = AsyncDisposable & {
  port: number
  taken: { subject: string; at: number }[]
  /** Answers nothing from now on; resolves when something came. */
  hold(): Promise<void>
  goOn(): void
}

/** A far side of webhooks that says yes, and when it is told to, not yet. */
async function pagerThatCanWait(): Promise<Pager> {
  const taken: Pager['taken'] = []
  let holding: { came: () => void; waiting: (() => void)[] } | undefined
  const server = createServer((request, reply: ServerResponse) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const said: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'))
      const subject = typeof said === 'object' && said !== null && 'subject' in said ? String(said.subject) : ''
      const answer = (): void => {
        taken.push({ subject, at: systemClock.now() })
        reply.writeHead(204).end()
      }
      if (holding === undefined) return answer()
      holding.waiting.push(answer)
      holding.came()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    taken,
    hold: () =>
      new Promise((came) => {
        holding = { came, waiting: [] }
      }),
    goOn: () => {
      const { waiting = [] } = holding ?? {}
      holding = undefined
      for (const answer of waiting) answer()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
