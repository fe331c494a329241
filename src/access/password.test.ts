import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, passwordFaults, passwordHolds } from './password.ts'

const anna = { login: 'akelly', name: 'Anna Kellerman' }
const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 }
const DEARER = { memoryKiB: 128, passes: 1, parallelism: 1 }

test('passwords that attackers try first are refused, with the reason', () => {
  const refused: [string, RegExp][] = [
    ['short-one', /too short/],
    ['Password1234!', /first that anybody/],
    ['P@ssw0rd2026!!', /first that anybody/],
    ['Summer2026!!!!', /first that anybody/],
    ['welcomehospital', /first that anybody/],
    ['aaaaaaaaaaaaaa', /same few characters/],
    ['abcdefghijklmn', /alphabet/],
    ['qwertyuiop1234', /keyboard/],
    ['Kellerman1234', /your name/],
    ['x'.repeat(300), /too long/],
  ]
  for (const [password, why] of refused) assert.match(passwordFaults(password, anna).join(' '), why, password)
})

test('words that make a phrase, and what a password manager makes, are taken', () => {
  for (const password of [
    'river otter lamp',
    'correct staple ferry moon',
    'kT9#vw2!qLz7',
    'Häuser am Fluß 🏠',
    'anna-walks-the-dog-9',
  ])
    assert.deepEqual(passwordFaults(password, anna), [], password)
})

test('a hash holds for its password alone, whichever keyboard typed it', async () => {
  const hash = await hashPassword('Häuser am Fluß', CHEAP)
  assert.match(hash, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.deepEqual(await passwordHolds('Häuser am Fluß'.normalize('NFD'), hash, CHEAP), {
    holds: true,
    outdated: false,
  })
  assert.deepEqual(await passwordHolds('Hauser am Fluß', hash, CHEAP), { holds: false, outdated: false })
})

test('a hash made at another cost still holds and is said to be outdated', async () => {
  const hash = await hashPassword('river otter lamp', CHEAP)
  assert.deepEqual(await passwordHolds('river otter lamp', hash, DEARER), { holds: true, outdated: true })
})

test('an account that does not exist, or a hash that nobody can read, never lets anyone in', async () => {
  assert.deepEqual(await passwordHolds('anything', undefined, CHEAP), { holds: false, outdated: false })
  assert.deepEqual(await passwordHolds('', '$argon2id$v=19$m=64$$', CHEAP), { holds: false, outdated: false })
})
