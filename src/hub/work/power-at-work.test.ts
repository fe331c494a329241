import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { MINUTE, SECOND } from '../../base/time.ts'
import type { Probe } from '../../connect/probe.ts'
import type { PowerOrder, PowerRun, WrittenStep } from '../../monitor/power/power.ts'
import { recentRuns, runsGoing } from '../../monitor/power/store.ts'
import { noteDelivered, recentNotices } from '../../monitor/store.ts'
import { openVault } from '../../pack/vault/store.ts'
import { listEvidence } from '../../readiness/evidence/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { escalationPlan, escalationShape } from '../escalation-config.ts'
import { beginDrill, moveStep, settleStep, tellBegun, watchMains } from '../flows/power-order.ts'
import { type ScratchCentre, scratchCentre } from '../flows/scratch-centre.ts'
import { carryOut } from './power-acts.ts'
import { putPowerToWork } from './power-at-work.ts'

let server: ScratchServer
let folder: string
before(async () => {
  server = await scratchServer()
  folder = await mkdtemp(join(tmpdir(), 'hf-power-'))
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const BY = { personId: 'p', login: 'flora' }

type World = {
  centre: ScratchCentre
  order: PowerOrder
  says: { status: string }
  ran: () => Promise<string[]>
  work: () => Promise<AsyncDisposable & { told: number }>
}

/** A hub with nobody to serve: a UPS that says what it is told to, and stops that write their names down. */
async function world(name: string, stops: string[] = ['app', 'db'], more: WrittenStep[] = []): Promise<World> {
  const centre = await scratchCentre(await server.database())
  const file = join(folder, name)
  await writeFile(file, '')
  const write = `require('fs').appendFileSync(process.argv[1], process.argv[2] + '\\n')`
  const order: PowerOrder = {
    id: 'ups',
    ups: 'The rack UPS',
    afterMs: 10 * MINUTE,
    stopsOnlyWhenLow: false,
    steps: [
      { kind: 'packets', name: 'Paper', withinMs: MINUTE },
      { kind: 'packs', name: 'Packs', withinMs: MINUTE },
      { kind: 'tell', name: 'Tell people', withinMs: 100 },
      ...stops.map((stop) => ({
        kind: 'stop' as const,
        name: stop,
        argv: [process.execPath, '-e', write, file, stop],
        withinMs: MINUTE,
      })),
      ...more,
    ],
  }
  const says = { status: 'OL' }
  const probe: Probe = {
    id: 'ups',
    kind: 'nut',
    observes: 'ups',
    look: async () => ({
      answer: 'answered',
      tookMs: 1,
      because: 'It said so.',
      measured: [{ what: 'status', value: says.status, unit: 'text' }],
      findings: [],
    }),
  }
  const press = { vault: await openVault(join(folder, `${name}-packs`)), paperFor: async () => [], carriers: [] }
  return {
    centre,
    order,
    says,
    ran: async () => (await readFile(file, 'utf8')).split('\n').filter((line) => line !== ''),
    work: async () => {
      // What its observer saw last stands for the first look.
      await begin(centre, order, says.status)
      const state = { told: 0 }
      const tools = { centre, press, hubUrl: () => 'http://hub.lan', nudge: () => {}, stopHub: () => void state.told++ }
      const work = putPowerToWork(tools, [{ order, probe }])
      return Object.assign(state, {
        [Symbol.asyncDispose]: async () => {
          await work.stop()
          await work.stopped()
        },
      })
    },
  }
}

async function begin(centre: ScratchCentre, order: PowerOrder, status: string): Promise<void> {
  const observation = {
    answer: 'answered' as const,
    tookMs: 1,
    because: 'It said so.',
    measured: [{ what: 'status', value: status, unit: 'text' }],
    findings: [],
  }
  await watchMains(centre, order, { by: 'observer', at: centre.clock.now(), observation })
  centre.pass(SECOND)
}

async function ended({ centre }: World): Promise<PowerRun> {
  const giveUp = performance.now() + 30_000
  for (;;) {
    const [run] = await recentRuns(centre.db, 1)
    if (run !== undefined && run.state.status !== 'going') return run
    assert.ok(performance.now() < giveUp, `it did not end: ${JSON.stringify(run)}`)
    await pause(20)
  }
}

const statuses = (run: PowerRun) => run.steps.map(({ state }) => state.status)

test('on low battery the order is carried out in its order, told at its begin and end, and kept as evidence', async () => {
  const here = await world('whole')
  here.says.status = 'OB LB'
  await using _work = await here.work()
  const run = await ended(here)
  // Nobody delivers in this test, so telling is not done in time; the stops do not wait for it.
  assert.deepEqual(statuses(run), ['done', 'done', 'failed', 'done', 'done'], JSON.stringify(run.steps))
  assert.deepEqual(await here.ran(), ['app', 'db'])
  const texts = (await recentNotices(here.centre.db, 20)).map(({ text }) => text)
  assert.ok(texts.some(({ subject }) => /power has failed at The rack UPS/.test(subject)))
  assert.ok(texts.some(({ text }) => /Not all went well\. Failed: Tell people/.test(text)))
  const [kept] = await listEvidence(here.centre.db)
  assert.deepEqual([kept?.kind, kept?.outcome], ['ups-drill', 'failed'])
  await begin(here.centre, here.order, 'OB LB')
  assert.equal((await recentRuns(here.centre.db, 9)).length, 1, 'one outage begins one run')
  await begin(here.centre, here.order, 'OL')
  await begin(here.centre, here.order, 'OB LB')
  assert.equal((await recentRuns(here.centre.db, 9)).length, 2, 'the next one begins the next')
})

test('while the stops wait for a low battery, people are told so, and who cannot be reached; paper that nobody needs is not called complete', async () => {
  const here = await world('waits')
  const order = { ...here.order, afterMs: 0, stopsOnlyWhenLow: true }
  const written = escalationShape.parse({
    people: [{ id: 'ada', name: 'Ada Ruiz' }],
    steps: [{ tell: ['ada'], within: '10m' }],
  })
  here.centre.escalation = escalationPlan(written, 'UTC', new Set())
  here.centre.targets = { email: false, webhooks: ['pager'] }
  await begin(here.centre, order, 'OB')
  await begin(here.centre, order, 'OB')
  const run = (await runsGoing(here.centre.db, 'ups'))[0]?.run
  assert.ok(run)
  const press = { vault: await openVault(join(folder, 'waits-packs')), paperFor: async () => [], carriers: [] }
  const nudge = () => void listing.then((all) => all.map(({ id }) => noteDelivered(here.centre.db, id, 1)))
  const listing = tellBegun(here.centre, run, 'http://hub.lan').then(() => recentNotices(here.centre.db, 9))
  const tools = { centre: here.centre, press, hubUrl: () => 'http://hub.lan', nudge, stopHub: () => {} }
  const carry = async (nth: number, withinMs: number) => {
    const step = run.steps[nth]
    assert.ok(step)
    return carryOut(tools, run, { ...step, withinMs }, new AbortController().signal)
  }
  assert.deepEqual(await carry(0, MINUTE), { outcome: 'done', because: 'No site is enrolled: no paper was needed.' })
  assert.deepEqual(await carry(2, MINUTE), {
    outcome: 'failed',
    because: 'The one notice was delivered. Nothing that is configured reaches Ada Ruiz: call them.',
  })
  const [notice] = await recentNotices(here.centre.db, 9)
  assert.match(
    notice?.text.text ?? '',
    /If the battery gets low, or the UPS cannot be asked any more, these are stopped, in this order: app, db\./,
  )
  assert.doesNotMatch(notice?.text.text ?? '', /stopped now/)
})

test('a drill does everything but the stops, and a stop that could not be run is found', async () => {
  const gone: WrittenStep = { kind: 'stop', name: 'gone', argv: ['/nowhere/stop'], withinMs: MINUTE }
  const here = await world('drill', ['app', 'db'], [gone])
  assert.ok(typeof (await beginDrill(here.centre, here.order, BY)) === 'object')
  assert.equal(await beginDrill(here.centre, here.order, BY), 'A drill of this order is going on.')
  await using _work = await here.work()
  const run = await ended(here)
  assert.deepEqual(statuses(run).slice(3), ['skipped', 'skipped', 'failed'])
  assert.deepEqual(await here.ran(), [])
  assert.ok((await recentNotices(here.centre.db, 20)).every(({ text }) => /drill/.test(text.text)))
})

test('with the power back before a step, what has not begun is left out', async () => {
  const here = await world('back')
  here.says.status = 'OB LB'
  await begin(here.centre, here.order, 'OB LB')
  here.says.status = 'OL'
  await using _work = await here.work()
  const run = await ended(here)
  assert.equal(run.state.status, 'called-off')
  assert.deepEqual(new Set(statuses(run)), new Set(['skipped']))
  assert.deepEqual(await here.ran(), [])
})

test('a hub that finds a stop begun says unclear, does not repeat it, and goes on; a person settles it, once', async () => {
  const here = await world('unclear')
  await begin(here.centre, here.order, 'OB LB')
  here.says.status = 'OB LB'
  let kept = (await runsGoing(here.centre.db, 'ups'))[0]
  for (const nth of [0, 1, 2])
    for (const type of ['start', 'finish'] as const)
      kept = kept && (await moveStep(here.centre, kept, nth, { type, because: 'So it was.' }))
  kept = kept && (await moveStep(here.centre, kept, 3, { type: 'start' }))
  assert.ok(kept !== undefined)
  await using _work = await here.work()
  const run = await ended(here)
  assert.deepEqual(statuses(run).slice(3), ['unclear', 'done'])
  assert.deepEqual(await here.ran(), ['db'])
  const asked = { runId: run.id, nth: 3, done: true, by: BY }
  assert.equal(await settleStep(here.centre, asked), undefined)
  assert.match((await settleStep(here.centre, asked)) ?? '', /Nothing is unclear/)
  assert.equal(await settleStep(here.centre, { ...asked, nth: 4 }), 'Nothing is unclear about this step.')
})

test('the hub stops itself last, and that it stopped cleanly is on record', async () => {
  const here = await world('stop-hub', ['app'], [{ kind: 'stop-hub', name: 'This hub', withinMs: MINUTE }])
  here.says.status = 'OB LB'
  {
    await using work = await here.work()
    const giveUp = performance.now() + 30_000
    while (work.told === 0 && performance.now() < giveUp) await pause(20)
    assert.equal(work.told, 1)
  }
  const run = await ended(here)
  assert.deepEqual(statuses(run).slice(3), ['done', 'done'])
  assert.match(JSON.stringify(run.steps.at(-1)), /stopped cleanly/)
})
