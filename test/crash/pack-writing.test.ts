import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutWhileReceiving, killTheWriter, loseTails } from './pack-cuts.ts'

/** HOLDFAST_CRASH_ROUNDS makes the long run of it; each kind gets as many. */
const rounds = Number(process.env.HOLDFAST_CRASH_ROUNDS ?? 60)

test('power that goes at any byte of a transfer leaves the last good pack', async () => {
  const cuts = await cutWhileReceiving({ rounds, seed: 7 })
  assert.deepEqual(cuts.torn, [])
  assert.equal(cuts.points, rounds)
  assert.ok(cuts.opened > rounds / 2)
})

test('a file that lost its end never opens as something else', async () => {
  const cuts = await loseTails({ rounds: rounds * 3, seed: 11 })
  assert.deepEqual(cuts.torn, [])
  assert.ok(cuts.fellBack > 0)
})

test('a publisher that is killed at any moment leaves the last publication, and the next goes on', async () => {
  const cuts = await killTheWriter({ rounds: Math.max(5, Math.floor(rounds / 10)), seed: 13 })
  assert.deepEqual(cuts.torn, [])
  assert.equal(cuts.fellBack, 0)
})
