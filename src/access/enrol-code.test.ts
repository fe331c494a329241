import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enrolKey, enrolProof, enrolProofHolds, newEnrolCode, readEnrolCode } from './enrol-code.ts'

test('a code is read as people type it', () => {
  assert.deepEqual(readEnrolCode(' 7k2p 9qx4-moTB'), { shown: '7K2P-9QX4-M0TB', codeId: '7K2P' })
  assert.deepEqual(readEnrolCode('il00-0000-0000'), { shown: '1100-0000-0000', codeId: '1100' })
})

test('what cannot be a code is not one', () => {
  for (const typed of ['', '7K2P', '7K2P-9QX4-M0T', '7K2P-9QX4-M0TBX', '7K2P-9QX4-M0T!', 'UUUU-UUUU-UUUU'])
    assert.equal(readEnrolCode(typed), undefined, typed)
})

test('a new code reads back as itself', () => {
  const code = newEnrolCode()
  assert.deepEqual(readEnrolCode(code.shown), code)
  assert.match(code.shown, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
})

test('the proof needs the whole code and covers every field, in any order', async () => {
  const code = newEnrolCode()
  const key = await enrolKey(code)
  const message = { recipient: 'age1x', signingKey: 'k', codeId: code.codeId }
  const proof = enrolProof(key, message)
  assert.ok(enrolProofHolds(key, { codeId: code.codeId, signingKey: 'k', recipient: 'age1x', proof }))
  assert.equal(enrolProofHolds(key, { ...message, recipient: 'age1y', proof }), false)
  assert.equal(enrolProofHolds(key, { ...message, proof: proof.slice(1) }), false)
  const other = await enrolKey({ shown: `${code.codeId}-0000-0000`, codeId: code.codeId })
  assert.equal(enrolProofHolds(other, { ...message, proof }), false)
})
