import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { addressSubject, afterFailure, type Failures } from './limit.ts'

/** Fails again and again at the first moment allowed; answers how long that took. */
function timeFor(kind: 'account' | 'address', failures: number): number {
  let now = 1_795_000_000_000
  const start = now
  let state: Failures | undefined
  for (let made = 0; made < failures; made++) {
    now = Math.max(now, state?.openAgainAt ?? 0)
    state = afterFailure(kind, state, now)
  }
  return now - start
}

test('a few slips of the finger cost nothing', () => {
  assert.equal(timeFor('account', 6), 0)
  assert.equal(timeFor('address', 21), 0)
})

test('a hundred guesses at one account take most of a day, and no single wait is longer than a quarter of an hour', () => {
  assert.ok(timeFor('account', 100) > 20 * HOUR)
  assert.ok(timeFor('account', 101) - timeFor('account', 100) <= 15 * MINUTE)
})

test('a day without a failure forgets those before', () => {
  const many: Failures = { failures: 40, lastFailureAt: 0, openAgainAt: 0 }
  assert.equal(afterFailure('account', many, DAY).failures, 1)
  assert.equal(afterFailure('account', many, DAY - 1).failures, 41)
})

test('all addresses of one IPv6 network count as one, an IPv4 address counts however it is written', () => {
  assert.deepEqual(addressSubject('2001:db8:1:2::7'), addressSubject('2001:0db8:0001:0002:aaaa:bbbb:cccc:dddd'))
  assert.notDeepEqual(addressSubject('2001:db8:1:2::7'), addressSubject('2001:db8:1:3::7'))
  assert.deepEqual(addressSubject('::ffff:192.0.2.1'), addressSubject('192.0.2.1'))
  assert.equal(addressSubject('::1').of, '0:0:0:0::/64')
})
