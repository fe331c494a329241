import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Failure } from '../../base/failure.ts'
import { HOUR, SECOND } from '../../base/time.ts'
import { lastTick } from './schedule.ts'
import { verdictOf } from './task.ts'

const many = Number.POSITIVE_INFINITY

test('what the thrown failure says decides whether a task is tried again', () => {
  assert.equal(verdictOf(new Failure('transient', 'refused'), 1, many, 0, 0.5).move, 'retry')
  assert.equal(verdictOf(new Failure('permanent', 'no such address'), 1, many, 0, 0.5).move, 'fail')
  assert.equal(verdictOf(new Failure('ambiguous', 'sent, no answer'), 1, many, 0, 0.5).move, 'lose-sight')
})

test('the far side is asked again when it said, not before', () => {
  const verdict = verdictOf(new Failure('transient', '429', { retryAfterMs: 90 * SECOND }), 3, many, 1000, 0.9)
  assert.deepEqual(verdict, { move: 'retry', runAt: 1000 + 90 * SECOND, because: '429' })
})

test('waits grow with each attempt and never pass an hour and a quarter', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, chance) => {
        const verdict = verdictOf(new Failure('transient', 'refused'), attempt, many, 0, chance)
        assert.equal(verdict.move, 'retry')
        if (verdict.move === 'retry') assert.ok(verdict.runAt >= 1.5 * SECOND && verdict.runAt <= 1.25 * HOUR)
      },
    ),
  )
})

test('an error that nobody understood is tried a few times, a transient failure for as long as it is allowed', () => {
  assert.equal(verdictOf(new TypeError('x is undefined'), 7, many, 0, 0).move, 'retry')
  assert.equal(verdictOf(new TypeError('x is undefined'), 8, many, 0, 0).move, 'fail')
  assert.equal(verdictOf(new Failure('transient', 'refused'), 800, many, 0, 0).move, 'retry')
  assert.equal(verdictOf(new Failure('transient', 'refused'), 3, 3, 0, 0).move, 'fail')
})

const at = (text: string) => Date.parse(text)

test('a nightly schedule ticks once in a night whose clock goes forward, and once when it goes back', () => {
  const nightly = { pattern: '30 2 * * *', zone: 'America/New_York' }
  const ticks = (from: string, hours: number) =>
    new Set(Array.from({ length: hours * 4 }, (_, quarter) => lastTick(nightly, at(from) + (quarter * HOUR) / 4))).size
  // 2026-03-08: 02:00 becomes 03:00. 2026-11-01: 02:00 comes twice. Each window has one tick before it and two nights in it.
  assert.equal(ticks('2026-03-07T12:00:00Z', 48), 3)
  assert.equal(ticks('2026-10-31T12:00:00Z', 48), 3)
  assert.equal(lastTick(nightly, at('2026-03-08T12:00:00Z')), at('2026-03-08T07:00:00Z'))
})

test('a tick is due at its own instant, to the millisecond', () => {
  const quarters = { pattern: '*/15 * * * *', zone: 'UTC' }
  assert.equal(lastTick(quarters, at('2026-11-22T10:15:00Z')), at('2026-11-22T10:15:00Z'))
  assert.equal(lastTick(quarters, at('2026-11-22T10:15:00Z') - 1), at('2026-11-22T10:00:00Z'))
})

test('a pattern that nobody can read is refused with words', () => {
  assert.throws(() => lastTick({ pattern: 'at tea time', zone: 'UTC' }, 0), /cannot be read/)
})
