import assert from 'node:assert/strict'
import { test } from 'node:test'
import { powerRounds } from './rounds.ts'

test('wherever the hub is killed while it carries out the order of a power failure, no stop is begun twice, and what nobody can know is unclear', {
  timeout: 540_000,
}, async (t) => {
  const { unclear, kills, rounds, ...must } = await powerRounds(5, 1, t.signal)
  t.diagnostic(`${rounds} outages, ${kills} kills, ${unclear} stops unclear`)
  assert.deepEqual(must, { repeated: 0, wrong: 0, unclearWithoutCut: 0, unended: 0 })
})
