import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decrypter, Encrypter } from 'age-encryption'
import fc from 'fast-check'
import { newBreakGlassCode, readBreakGlassCode } from './break-glass-code.ts'
import {
  breakGlassIdentity,
  makeBreakGlassCodes,
  makeLock,
  makeVerifier,
  unlockIdentity,
  unlockKeyOf,
} from './offline.ts'

const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 }
const clock = { now: () => 1_795_000_000_000 }

test('what is wrapped to a verifier opens with the password and with nothing else', async () => {
  const lock = await makeLock('river otter lamp', clock, CHEAP)
  const person = { id: 'person_1', login: 'akelly', name: 'Anna', grants: [] }
  const verifier = makeVerifier(person, lock)
  const encrypter = new Encrypter()
  encrypter.addRecipient(verifier.unlockKey)
  const sealed = await encrypter.encrypt('the key of the site')
  const open = async (password: string) => {
    const decrypter = new Decrypter()
    decrypter.addIdentity(await unlockIdentity(password, verifier.salt, verifier.argon))
    return decrypter.decrypt(sealed, 'text')
  }
  assert.equal(await open('river otter lamp'), 'the key of the site')
  await assert.rejects(open('river otter lamps'))
  assert.ok(!JSON.stringify(verifier).includes('AGE-SECRET-KEY'))
})

test('the same password gives two people different keys', async () => {
  const [one, two] = await Promise.all([
    makeLock('river otter lamp', clock, CHEAP),
    makeLock('river otter lamp', clock, CHEAP),
  ])
  assert.notEqual(one.unlockKey, two.unlockKey)
})

test('an identity is what a stranger would compute: argon2id, 32 bytes, bech32', async () => {
  const identity = await unlockIdentity('river otter lamp', Buffer.alloc(16, 7).toString('base64'), CHEAP)
  assert.match(identity, /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/)
  assert.match(await unlockKeyOf(identity), /^age1[02-9ac-hj-np-z]{58}$/)
})

test('envelopes of one site have different ids, and only the right code opens the right one', async () => {
  const envelopes = await makeBreakGlassCodes(5, clock, CHEAP)
  assert.equal(new Set(envelopes.map(({ code }) => code.codeId)).size, 5)
  const verifiers = envelopes.map(({ verifier }) => verifier)
  const third = envelopes[2]
  assert.ok(third !== undefined)
  const typed = third.code.shown.toLowerCase().replaceAll('-', ' ')
  assert.equal((await breakGlassIdentity(typed, verifiers))?.codeId, third.code.codeId)
  assert.equal(await breakGlassIdentity(typed, verifiers.toSpliced(2, 1)), undefined)
  assert.equal(await breakGlassIdentity(newBreakGlassCode().shown, []), undefined)
})

test('every slip of one character and every swap of two neighbours in a code is told from a wrong code', () => {
  const code = newBreakGlassCode()
  const letters = code.shown.replaceAll('-', '')
  assert.match(code.shown, /^([2346789A-HJKMNP-RT-Z]{4}-){4}[2346789A-HJKMNP-RT-Z]{4}$/)
  assert.deepEqual(readBreakGlassCode(` ${code.shown.toLowerCase()} `), code)
  const place = fc.integer({ min: 0, max: letters.length - 1 })
  fc.assert(
    fc.property(place, fc.constantFrom(...'2346789ABCDEFGHJKMNPQRTUVWXYZ'.split('')), (at, letter) => {
      const slipped = letters.slice(0, at) + letter + letters.slice(at + 1)
      assert.equal(readBreakGlassCode(slipped) === undefined, slipped !== letters)
    }),
  )
  fc.assert(
    fc.property(place, place, (a, b) => {
      const swapped = Array.from(letters)
      swapped[a] = letters[b] ?? ''
      swapped[b] = letters[a] ?? ''
      assert.equal(readBreakGlassCode(swapped.join('')) === undefined, swapped.join('') !== letters)
    }),
  )
})
