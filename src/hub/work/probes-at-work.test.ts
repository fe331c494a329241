import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { MINUTE, SECOND } from '../../base/time.ts'
import type { Answer, Probe } from '../../connect/probe.ts'
import { nameObservers, observersOf, systemChanges } from '../../monitor/observations/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { concludeSilence, systemsNow } from '../flows/observe-systems.ts'
import { type ScratchCentre, scratchCentre } from '../flows/scratch-centre.ts'
import { putProbesToWork } from './probes-at-work.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const WELL: Answer = { answer: 'answered', because: 'It is there.', measured: [], findings: [] }
const SILENT: Answer = { answer: 'not-answered', because: 'It refused.', measured: [] }

/** A probe that says what it is told to, and counts how often it is asked. */
function told(id: string, observes: string, say: () => Answer): Probe & { looks: number } {
  return {
    id,
    kind: 'tcp',
    observes,
    looks: 0,
    async look() {
      this.looks++
      return { ...say(), tookMs: 3 }
    },
  }
}

async function centreWith(probes: Probe[], everyMs: number, misses = 2, firstAnswerMs = 0): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  const named = probes.map(({ id, observes, kind }) => ({
    observerId: id,
    name: id,
    kind,
    systemId: observes,
    from: 'hub',
    everyMs,
    deadlineMs: SECOND,
    misses,
    firstAnswerMs,
  }))
  await nameObservers(centre.db, named, centre.clock.now())
  return centre
}

/** Waits for what has to come about, and says what did not. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 20_000
  while (!(await holds())) {
    assert.ok(performance.now() < giveUp, `did not come about: ${what}`)
    await pause(20)
  }
}

test('what a probe sees becomes its system’s status, and each change a row with how many agree', async () => {
  let answer: Answer = WELL
  const [a, b] = [told('a', 'ehr', () => answer), told('b', 'ehr', () => answer)]
  const centre = await centreWith([a, b], SECOND)
  const work = putProbesToWork(
    centre,
    [a, b].map((probe) => ({ probe, everyMs: SECOND, misses: 2, firstAnswerMs: 0 })),
  )
  const now = async () => (await systemsNow(centre))[0]
  await until('both call it well', async () => (await now())?.status === 'well')
  answer = SILENT
  await until('both call it down', async () => {
    const told = await now()
    return told?.status === 'down' && told.agree === 2
  })
  await work.stop()
  const [latest] = await systemChanges(centre.db, 'ehr', 1)
  assert.deepEqual([latest?.status, latest?.agree, latest?.observers, latest?.because], ['down', 2, 2, 'It refused.'])
  assert.ok((await observersOf(centre.db, 'ehr')).every((one) => one.missed >= 2))
})

test('two hubs on one database look once in an interval, not twice', async () => {
  const mine = told('a', 'ehr', () => WELL)
  const theirs = told('a', 'ehr', () => WELL)
  const centre = await centreWith([mine], 30 * MINUTE)
  const hubs = [mine, theirs].map((probe) =>
    putProbesToWork(centre, [{ probe, everyMs: 30 * MINUTE, misses: 2, firstAnswerMs: 0 }]),
  )
  await until('somebody looked', async () => mine.looks + theirs.looks > 0)
  await Promise.all(hubs.map((hub) => hub.stop()))
  assert.equal(mine.looks + theirs.looks, 1)
})

test('a look that is asked for is done at once, whoever’s turn it is', async () => {
  const probe = told('a', 'ehr', () => WELL)
  const centre = await centreWith([probe], 30 * MINUTE)
  const work = putProbesToWork(centre, [{ probe, everyMs: 30 * MINUTE, misses: 2, firstAnswerMs: 0 }])
  await until('it looked once', async () => probe.looks === 1)
  assert.equal(work.lookSoon('a'), true)
  assert.equal(work.lookSoon('nobody'), false)
  await until('it looked again', async () => probe.looks === 2)
  await work.stop()
})

test('one look without an answer is asked again soon, and a blink never counts as down', async () => {
  const says: Answer[] = [SILENT, WELL]
  const probe = told('a', 'ehr', () => says.shift() ?? WELL)
  const centre = await centreWith([probe], 4 * SECOND)
  const work = putProbesToWork(centre, [{ probe, everyMs: 4 * SECOND, misses: 2, firstAnswerMs: 0 }])
  await until('it is well', async () => (await systemsNow(centre))[0]?.status === 'well')
  await work.stop()
  const words = (await systemChanges(centre.db, 'ehr', 10)).map((change) => change.status)
  assert.deepEqual(words, ['well', 'unknown'])
})

test('when nobody looks any more, the status is concluded to be unknown', async () => {
  const probe = told('a', 'ehr', () => WELL)
  const centre = await centreWith([probe], MINUTE)
  const work = putProbesToWork(centre, [{ probe, everyMs: MINUTE, misses: 2, firstAnswerMs: 0 }])
  await until('it is well', async () => (await systemsNow(centre))[0]?.status === 'well')
  await work.stop()
  centre.pass(4 * MINUTE)
  await concludeSilence(centre)
  await concludeSilence(centre)
  const changes = await systemChanges(centre.db, 'ehr', 10)
  // Before the first look nobody could say either, and that may have been noted.
  assert.deepEqual(
    changes.slice(0, 2).map((change) => change.status),
    ['unknown', 'well'],
  )
  assert.match(changes[0]?.because ?? '', /last asked 4 min ago/)
})

test('a system that starts late is not down before its time, and one that never starts is, without waiting for its next turn', async () => {
  const [late, dead] = [told('late', 'portal', () => SILENT), told('dead', 'ehr', () => SILENT)]
  const centre = await centreWith([late, dead], 30 * MINUTE, 2, 2 * SECOND)
  const work = putProbesToWork(
    centre,
    [late, dead].map((probe) => ({ probe, everyMs: 30 * MINUTE, misses: 2, firstAnswerMs: 2 * SECOND })),
  )
  const now = async () => (await systemsNow(centre)).map(({ systemId, status }) => `${systemId} ${status}`)
  await until('both were asked more than twice', async () => Math.min(late.looks, dead.looks) > 2)
  assert.deepEqual(await now(), ['ehr unknown', 'portal unknown'])
  assert.match((await systemsNow(centre))[0]?.because ?? '', /^It has not answered yet; it was first asked /)
  late.look = async () => ({ ...WELL, tookMs: 3 })
  centre.pass(2 * SECOND)
  await until('one is well and one is down', async () => (await now()).join() === 'ehr down,portal well')
  await work.stop()
  const changes = (await systemChanges(centre.db, 'portal', 9)).map(({ status }) => status)
  assert.deepEqual(changes, ['well', 'unknown'])
})
