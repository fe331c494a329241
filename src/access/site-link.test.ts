import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE } from '../base/time.ts'
import { authorizationFor, judgeClaim, newSigningKey, readAuthorization, signingKeyFromPem } from './site-link.ts'

const NOW = Date.parse('2026-11-23T11:00:00Z')
const key = newSigningKey()
const request = { method: 'POST', path: '/site/v1/heartbeat', body: '{"a":1}' }

function claimOf(at = NOW) {
  const claim = readAuthorization(authorizationFor('site_1', key.privateKey, request, at))
  assert.ok(claim)
  return claim
}

test('a signed request is taken for what it is', () => {
  assert.deepEqual(judgeClaim(claimOf(), request, key.publicKey, NOW), { holds: true })
  assert.equal(claimOf().siteId, 'site_1')
})

test('a key that went through its file signs the same', () => {
  assert.equal(signingKeyFromPem(key.pem).publicKey, key.publicKey)
})

test('another body, path, method or key is refused', () => {
  const others = [
    { ...request, body: '{"a":2}' },
    { ...request, path: '/site/v1/journal' },
    { ...request, method: 'GET' },
  ]
  for (const other of others)
    assert.deepEqual(judgeClaim(claimOf(), other, key.publicKey, NOW), { holds: false, because: 'signature' })
  assert.deepEqual(judgeClaim(claimOf(), request, newSigningKey().publicKey, NOW), {
    holds: false,
    because: 'signature',
  })
})

test('a clock more than five minutes off is named as the reason', () => {
  for (const off of [-6 * MINUTE, 6 * MINUTE])
    assert.deepEqual(judgeClaim(claimOf(NOW + off), request, key.publicKey, NOW), { holds: false, because: 'clock' })
  assert.equal(judgeClaim(claimOf(NOW - 4 * MINUTE), request, key.publicKey, NOW).holds, true)
})

test('any flipped character of the header is either no header or no proof', () => {
  const header = authorizationFor('site_1', key.privateKey, request, NOW)
  fc.assert(
    fc.property(fc.nat(header.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
      const letter = String.fromCharCode(code)
      if (header[at] === letter) return
      const claim = readAuthorization(header.slice(0, at) + letter + header.slice(at + 1))
      if (claim === undefined || claim.siteId !== 'site_1') return
      assert.equal(judgeClaim(claim, request, key.publicKey, NOW).holds, false)
    }),
  )
})

test('no text makes reading a header throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readAuthorization(text)))
})
