import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CRASHES, crashRounds } from './rounds.ts'

test('whoever loses power, each notice is acted on exactly once at a sink that keeps keys', {
  timeout: 540_000,
}, async (t) => {
  const { notices, once, lost, wrong } = await crashRounds(CRASHES.length, 1, t.signal)
  assert.deepEqual({ once, lost, wrong }, { once: notices, lost: 0, wrong: 0 })
})
