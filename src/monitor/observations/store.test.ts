import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database } from '../../base/database.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { judgeObserver } from './judge-system.ts'
import type { Observation } from './observations.ts'
import { nameObservers, noteObservation, observersOf } from './store.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const plain = { tookMs: 1, because: 'It said so.', measured: [] }
const UP: Observation = { ...plain, answer: 'answered', findings: [] }
const SILENT: Observation = { ...plain, answer: 'not-answered' }

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

/** A hub that starts, as far as its observer is concerned: what it asks, and what it then makes of it. */
async function observed() {
  const db: Database = await server.database()
  const named = {
    observerId: 'portal',
    name: 'Portal',
    kind: 'http',
    systemId: 'portal',
    from: 'hub',
    everyMs: 10 * SECOND,
    deadlineMs: 5 * SECOND,
    misses: 2,
    firstAnswerMs: 2 * MINUTE,
  }
  return {
    starts: (at: number) => nameObservers(db, [named], NOW + at),
    asks: async (from: number, to: number, answer: Observation): Promise<string> => {
      for (let at = from; at <= to; at += named.everyMs) await noteObservation(db, 'portal', NOW + at, answer)
      const [one] = await observersOf(db)
      assert.ok(one !== undefined)
      return judgeObserver(one, NOW + to).status
    },
  }
}

test('after a start, what is late does not count as down for its time, and what is dead from the start does then', async () => {
  const { starts, asks } = await observed()
  await starts(0)
  assert.equal(await asks(0, 110 * SECOND, SILENT), 'unknown')
  assert.equal(await asks(2 * MINUTE, 2 * MINUTE, SILENT), 'down')
})

test('what has answered since the start is down after its misses, as ever', async () => {
  const { starts, asks } = await observed()
  await starts(0)
  assert.equal(await asks(0, 0, UP), 'well')
  assert.equal(await asks(10 * SECOND, 10 * SECOND, SILENT), 'unknown')
  assert.equal(await asks(20 * SECOND, 20 * SECOND, SILENT), 'down')
})

test('a hub that starts anew gives what was well its time again, and takes nothing back of what stood down', async () => {
  const { starts, asks } = await observed()
  await starts(0)
  assert.equal(await asks(0, 30 * SECOND, UP), 'well')
  await starts(40 * SECOND)
  assert.equal(await asks(50 * SECOND, 80 * SECOND, SILENT), 'unknown')
  assert.equal(await asks(90 * SECOND, 4 * MINUTE, SILENT), 'down')
  await starts(5 * MINUTE)
  assert.equal(await asks(5 * MINUTE, 5 * MINUTE, SILENT), 'down')
  assert.equal(await asks(6 * MINUTE, 6 * MINUTE, UP), 'well')
  await starts(7 * MINUTE)
  assert.equal(await asks(7 * MINUTE, 8 * MINUTE, SILENT), 'unknown')
})

test('hubs that start again and again before the time is over do not put off what stood down before', async () => {
  const { starts, asks } = await observed()
  await starts(0)
  assert.equal(await asks(0, 2 * MINUTE, SILENT), 'down')
  for (let minute = 3; minute < 8; minute++) {
    await starts(minute * MINUTE)
    assert.equal(await asks(minute * MINUTE, minute * MINUTE, SILENT), 'down')
  }
})
