import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { siteClock } from './site-clock.ts'

const START = Date.parse('2026-11-23T11:00:00Z')

function hands(newestSeen?: number) {
  const hand = { wall: START, run: 0 }
  const clock = siteClock({ now: () => hand.wall }, newestSeen, () => hand.run)
  const pass = (spanMs: number) => {
    hand.wall += spanMs
    hand.run += spanMs
  }
  return { hand, clock, pass }
}

test('a good clock is followed', () => {
  const { clock, pass } = hands()
  pass(HOUR)
  assert.equal(clock.now(), START + HOUR)
  assert.deepEqual(clock.state(), { kind: 'good' })
})

test('a clock that jumps back while the program runs does not make old data look fresh', () => {
  const { clock, hand, pass } = hands()
  clock.heard(START)
  pass(HOUR)
  hand.wall -= 3 * HOUR
  assert.equal(clock.now(), START + HOUR)
  assert.deepEqual(clock.state(), { kind: 'off', byMs: -3 * HOUR })
})

test('a clock that stands still does not stop ages from growing', () => {
  const { clock, hand } = hands()
  hand.run += HOUR
  assert.equal(clock.now(), START + HOUR)
  const heard = hands()
  heard.clock.heard(START)
  heard.hand.run += HOUR
  assert.equal(heard.clock.now(), START + HOUR)
})

test('a clock behind the newest time seen before a restart says so, and ages are at least', () => {
  const { clock, pass } = hands(START + 2 * DAY)
  assert.equal(clock.now(), START + 2 * DAY)
  assert.deepEqual(clock.state(), { kind: 'behind', byMs: 2 * DAY })
  pass(MINUTE)
  assert.equal(clock.now(), START + 2 * DAY + MINUTE)
})

test('a clock that was far ahead once is forgiven when the hub tells the time', () => {
  const { clock } = hands(START + 365 * DAY)
  clock.heard(START)
  assert.equal(clock.now(), START)
  assert.deepEqual(clock.state(), { kind: 'good' })
})

test('a machine that slept ages by its clock', () => {
  const { clock, hand } = hands()
  clock.heard(START)
  hand.wall += 8 * HOUR
  assert.equal(clock.now(), START + 8 * HOUR)
})

test('what the hub signed cannot be from the future', () => {
  const { clock } = hands()
  clock.saw(START + HOUR)
  assert.equal(clock.now(), START + HOUR)
  assert.equal(clock.state().kind, 'behind')
})
