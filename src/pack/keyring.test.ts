import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataKey, dataKeysOf, keyringFor, newKeyring, openKeyring, sealKeyring } from './keyring.ts'
import { identityIn, newAgeKey, recoveryKeyFile } from './keys.ts'

test('a keyring opens for everybody whom it was made for, and for nobody else', async () => {
  const [east, recovery, stranger] = await Promise.all([newAgeKey(), newAgeKey(), newAgeKey()])
  const keyring = newKeyring('harbor', 'panel', [east.recipient, recovery.recipient])
  const sealed = await sealKeyring(keyring)
  assert.deepEqual(await openKeyring(sealed, east.identity, 'panel'), keyring)
  assert.deepEqual(await openKeyring(sealed, recovery.identity, 'panel'), keyring)
  await assert.rejects(openKeyring(sealed, stranger.identity, 'panel'), /made for others/)
  await assert.rejects(openKeyring(sealed, east.identity, 'site-1'), /not that pack's/)
  await assert.rejects(
    openKeyring(sealed.subarray(0, 100), east.identity, 'panel'),
    /made for others, or it is damaged/,
  )
})

test('whoever is left out makes a new data key due; whoever is added does not', () => {
  const first = newKeyring('harbor', 'panel', ['age1east', 'age1west'])
  const inUse = new Set([first.currentKeyId])
  assert.equal(keyringFor(first, ['age1west', 'age1east'], inUse), first)
  assert.equal(keyringFor(first, ['age1east', 'age1west', 'age1north'], inUse).currentKeyId, first.currentKeyId)
  const after = keyringFor(first, ['age1west'], inUse)
  assert.notEqual(after.currentKeyId, first.currentKeyId)
  assert.deepEqual(
    after.keys.map((key) => key.id),
    [first.currentKeyId, after.currentKeyId],
  )
  assert.notEqual(keyringFor(first, first.recipients, inUse, true).currentKeyId, first.currentKeyId)
})

test('a key that no file needs any more is dropped', () => {
  const first = newKeyring('harbor', 'panel', ['age1east'])
  const second = keyringFor(first, ['age1east'], new Set([first.currentKeyId]), true)
  const third = keyringFor(second, ['age1east'], new Set([second.currentKeyId]))
  assert.deepEqual(
    third.keys.map((key) => key.id),
    [second.currentKeyId],
  )
  assert.throws(() => dataKey(dataKeysOf(third), first.currentKeyId), /may not read it/)
})

test('the printed recovery key is an identity file as age reads it', async () => {
  const key = await newAgeKey()
  const text = recoveryKeyFile(key, 'Harbor\nValley', '2026-11-23')
  assert.equal(identityIn(text), key.identity)
  assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('#') || line === key.identity))
  assert.equal(identityIn('nothing here'), undefined)
})
