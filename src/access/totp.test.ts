import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { newTotp, totpStep } from './totp.ts'

/** RFC 6238, appendix B: this secret at 1111111109 s gives 07081804 in eight digits, so 081804 in six. */
const SECRET = Secret.fromUTF8('12345678901234567890').base32
const AT = 1_111_111_109_000

test('codes are those of RFC 6238', () => {
  assert.equal(totpStep(SECRET, '081 804', 0, AT), 37037036)
  assert.equal(totpStep(SECRET, '081805', 0, AT), undefined)
})

test('a code is good for its own step and one to either side, and once', () => {
  const step = Math.floor(AT / 30_000)
  assert.equal(totpStep(SECRET, '081804', 0, AT + 30_000), step)
  assert.equal(totpStep(SECRET, '081804', 0, AT - 30_000), step)
  assert.equal(totpStep(SECRET, '081804', 0, AT + 60_000), undefined)
  assert.equal(totpStep(SECRET, '081804', step, AT), undefined)
})

test('an offer can be scanned and typed, and what is no code is no code', () => {
  const offer = newTotp('akelly', 'Harbor Valley')
  const scanned = new URL(offer.uri)
  assert.equal(scanned.searchParams.get('secret'), offer.secret)
  const code = new TOTP({ secret: Secret.fromBase32(offer.secret) }).generate({ timestamp: AT })
  assert.notEqual(totpStep(offer.secret, code, 0, AT), undefined)
  for (const typed of ['', '12345', '1234567', 'abcdef', '-12345'])
    assert.equal(totpStep(offer.secret, typed, 0, AT), undefined)
})
