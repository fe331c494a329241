import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerToken, readAnswerToken } from './answer-link.ts'

const KEY = Buffer.alloc(32, 7)
const token = answerToken(KEY, 'notice_1', 2000)

test('a link is good for its notice until its time, and under its own key only', () => {
  assert.deepEqual(readAnswerToken(KEY, token, 1999), { is: 'good', noticeId: 'notice_1' })
  assert.deepEqual(readAnswerToken(KEY, token, 2000), { is: 'old' })
  assert.deepEqual(readAnswerToken(Buffer.alloc(32, 8), token, 1000), { is: 'unknown' })
})

test('no word but the one that was given is taken', () => {
  fc.assert(fc.property(fc.string(), (word) => assert.equal(readAnswerToken(KEY, word, 0).is, 'unknown')))
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('a', 'z', '0', '.'), (at, other) => {
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      if (changed === token) return
      assert.notDeepEqual(readAnswerToken(KEY, changed, 0), { is: 'good', noticeId: 'notice_1' })
    }),
  )
})
