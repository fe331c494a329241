import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import type { Database } from '../../base/database.ts'
import { HOUR, MINUTE } from '../../base/time.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { listAudit } from '../audit/store.ts'
import { unlockIdentity, unlockKeyOf } from '../offline.ts'
import { hashPassword } from '../password.ts'
import { endSessions, sessionOf } from '../sessions/store.ts'
import { changeAccess } from './change-access.ts'
import { acceptLink, claimFirstOwner, firstOwnerToken, invite, newPasswordToken } from './joining.ts'
import { confirmTotp, offerTotp, type Sealer } from './second-factor.ts'
import { setPassword } from './set-password.ts'
import { finishSignIn, signIn } from './sign-in.ts'
import { activeOwners, keepPassword, personById, personByLogin, secretsOf, verifiersFor } from './store.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const clock = {
  at: Date.parse('2026-11-23T07:00:00Z'),
  now() {
    return this.at
  },
}
const browser = { address: '192.0.2.7', agent: 'test' }
const PASSWORD = 'river otter lamp'
const hub = { program: 'hub' }

const key = Buffer.alloc(32, 3)
const sealer: Sealer = {
  seal: (name, secret) => {
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAAD(Buffer.from(name))
    return Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
  },
  open: (name, sealed) => {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAAD(Buffer.from(name))
    cipher.setAuthTag(Buffer.from(sealed.subarray(-16)))
    return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()])
  },
}

async function practice(): Promise<Database> {
  const db = await server.database()
  const token = await firstOwnerToken(db, clock)
  await claimFirstOwner(db, token ?? '', { login: 'Owner', name: 'Olive Owner', password: PASSWORD }, clock)
  return db
}

const attempt = (db: Database, password: string, login = 'owner') => signIn(db, { login, password, ...browser }, clock)

test('the first link makes one owner, once, however many try it at the same moment', async () => {
  const db = await server.database()
  const token = (await firstOwnerToken(db, clock)) ?? ''
  const given = { name: 'Olive', password: PASSWORD }
  const tries = await Promise.allSettled(
    ['one', 'two', 'three'].map((login) => claimFirstOwner(db, token, { login, ...given }, clock)),
  )
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await activeOwners(db)).length, 1)
  assert.equal(await firstOwnerToken(db, clock), undefined)
})

test('a newer first link makes the older one worthless, and none lives longer than a day', async () => {
  const db = await server.database()
  const given = { login: 'one', name: 'Olive', password: PASSWORD }
  const old = (await firstOwnerToken(db, clock)) ?? ''
  const current = (await firstOwnerToken(db, clock)) ?? ''
  await assert.rejects(claimFirstOwner(db, old, given, clock), /used already or is too old/)
  clock.at += 25 * HOUR
  await assert.rejects(claimFirstOwner(db, current, given, clock), /used already or is too old/)
})

test('signing in gives a session whose token is kept nowhere, and says nothing about which part was wrong', async () => {
  const db = await practice()
  const wrong = await attempt(db, 'river otter lamps')
  const unknown = await attempt(db, PASSWORD, 'stranger')
  assert.deepEqual(wrong, unknown)
  const answer = await attempt(db, PASSWORD, ' OWNER ')
  assert.equal(answer.outcome, 'signed-in')
  if (answer.outcome !== 'signed-in') return
  assert.equal((await sessionOf(db, answer.token, clock))?.personId, answer.person.id)
  const kept = JSON.stringify((await sql`select * from person_session`.execute(db)).rows)
  assert.ok(!kept.includes(answer.token))
  const trail = await listAudit(db, { what: 'sign-in' })
  assert.deepEqual(
    trail.map(({ line }) => line.outcome),
    ['done', 'refused', 'refused'],
  )
  assert.ok(!JSON.stringify(trail).includes('stranger'))
})

test('a session ends after half an hour without a person, and after twelve hours in any case', async () => {
  const db = await practice()
  const begin = async () => {
    const answer = await attempt(db, PASSWORD)
    assert.ok(answer.outcome === 'signed-in')
    return answer.token
  }
  const idle = await begin()
  for (let minutes = 0; minutes < 30; minutes += 10) {
    clock.at += 10 * MINUTE
    await sessionOf(db, idle, clock, { byPerson: false })
  }
  assert.equal(await sessionOf(db, idle, clock), undefined)
  const busy = await begin()
  for (let passed = 0; passed < 12 * HOUR - 20 * MINUTE; passed += 20 * MINUTE) {
    clock.at += 20 * MINUTE
    assert.notEqual(await sessionOf(db, busy, clock), undefined)
  }
  clock.at += 20 * MINUTE
  assert.equal(await sessionOf(db, busy, clock), undefined)
})

test('after a few wrong passwords even the right one waits, also for a hub that was started anew', async () => {
  const db = await practice()
  for (let tries = 0; tries < 6; tries++) assert.equal((await attempt(db, 'wrong')).outcome, 'refused')
  const locked = await attempt(db, PASSWORD)
  assert.equal(locked.outcome, 'locked')
  if (locked.outcome !== 'locked') return
  clock.at = locked.openAgainAt
  assert.equal((await attempt(db, PASSWORD)).outcome, 'signed-in')
  assert.equal((await attempt(db, 'wrong')).outcome, 'refused')
})

test('guesses sent at the same moment all count', async () => {
  const db = await practice()
  const answers = await Promise.all(Array.from({ length: 12 }, () => attempt(db, 'wrong')))
  assert.equal(answers.filter(({ outcome }) => outcome === 'locked').length, 6)
})

test('with an authenticator the password alone opens nothing, and a code works once', async () => {
  const db = await practice()
  const person = await personByLogin(db, 'owner')
  assert.ok(person !== undefined)
  const offer = await offerTotp(db, person, 'Harbor Valley', sealer)
  const code = () => new TOTP({ secret: Secret.fromBase32(offer.secret) }).generate({ timestamp: clock.now() })
  assert.equal(await confirmTotp(db, person, '000000', sealer, clock), false)
  assert.equal(await confirmTotp(db, person, code(), sealer, clock), true)
  assert.ok(!JSON.stringify(await secretsOf(db, person.id)).includes(offer.secret))
  const half = await attempt(db, PASSWORD)
  assert.equal(half.outcome, 'second-factor')
  if (half.outcome !== 'second-factor') return
  const finish = (typed: string) => finishSignIn(db, { ticket: half.ticket, code: typed, ...browser }, sealer, clock)
  assert.equal((await finish(code())).outcome, 'refused')
  clock.at += MINUTE
  const seen = code()
  assert.equal((await finish(seen)).outcome, 'signed-in')
  assert.equal((await finish(seen)).outcome, 'refused')
  clock.at += 6 * MINUTE
  assert.match(JSON.stringify(await finish(code())), /five minutes/)
})

test('an invited person is nobody until they set a password, which opens hub and lockbox alike', async () => {
  const db = await practice()
  const grants = [{ role: 'clinician' as const, sites: ['site_east'] }]
  const { person, token } = await invite(db, { login: 'akelly', name: 'Anna Kelly', grants }, hub, clock)
  assert.equal((await attempt(db, PASSWORD, 'akelly')).outcome, 'refused')
  assert.deepEqual(await verifiersFor(db, 'site_east').then((all) => all.map(({ login }) => login)), ['owner'])
  await assert.rejects(acceptLink(db, token, 'short', clock), /too short/)
  await acceptLink(db, token, 'seven boats in fog', clock)
  await assert.rejects(acceptLink(db, token, 'eight boats in fog', clock), /used already/)
  assert.equal((await attempt(db, 'seven boats in fog', 'akelly')).outcome, 'signed-in')
  const verifier = (await verifiersFor(db, 'site_east')).find(({ personId }) => personId === person.id)
  assert.ok(verifier !== undefined)
  const identity = await unlockIdentity('seven boats in fog', verifier.salt, verifier.argon)
  assert.equal(await unlockKeyOf(identity), verifier.unlockKey)
  assert.deepEqual(
    (await verifiersFor(db, 'site_west')).map(({ login }) => login),
    ['owner'],
  )
})

test('a new password ends every other session and changes the verifier with the hash', async () => {
  const db = await practice()
  const answer = await attempt(db, PASSWORD)
  assert.ok(answer.outcome === 'signed-in')
  const [before] = await verifiersFor(db, 'site_east')
  const token = await newPasswordToken(db, answer.person, hub, clock)
  await acceptLink(db, token, 'seven boats in fog', clock)
  assert.equal(await sessionOf(db, answer.token, clock), undefined)
  assert.notEqual((await verifiersFor(db, 'site_east'))[0]?.unlockKey, before?.unlockKey)
  assert.equal((await attempt(db, PASSWORD)).outcome, 'refused')
})

test('a hash of an older cost is made anew when its person signs in', async () => {
  const db = await practice()
  const person = await personByLogin(db, 'owner')
  const [verifier] = await verifiersFor(db, 'site_east')
  assert.ok(person !== undefined && verifier !== undefined)
  const hash = await hashPassword(PASSWORD, { memoryKiB: 64, passes: 1, parallelism: 1 })
  await keepPassword(db, person.id, { hash, lock: verifier })
  assert.equal((await attempt(db, PASSWORD)).outcome, 'signed-in')
  assert.match((await secretsOf(db, person.id))?.passwordHash ?? '', /m=65536,t=3,p=4/)
})

test('who is suspended is out at once, at the hub and in the next packs; the last owner cannot be', async () => {
  const db = await practice()
  const owner = await personByLogin(db, 'owner')
  assert.ok(owner !== undefined)
  await assert.rejects(changeAccess(db, owner.id, { status: 'suspended' }, hub, clock), /one active owner/)
  await assert.rejects(changeAccess(db, owner.id, { grants: [] }, hub, clock), /one active owner/)
  assert.equal((await personById(db, owner.id))?.status, 'active')
  const { person, token } = await invite(db, { login: 'second', name: 'Second', grants: owner.grants }, hub, clock)
  await acceptLink(db, token, 'seven boats in fog', clock)
  const answer = await attempt(db, 'seven boats in fog', 'second')
  assert.ok(answer.outcome === 'signed-in')
  await changeAccess(db, person.id, { status: 'suspended' }, hub, clock)
  assert.equal(await sessionOf(db, answer.token, clock), undefined)
  assert.match(JSON.stringify(await attempt(db, 'seven boats in fog', 'second')), /suspended/)
  assert.deepEqual(
    (await verifiersFor(db, 'site_east')).map(({ login }) => login),
    ['owner'],
  )
})

test("changing one's own password keeps the session that does it", async () => {
  const db = await practice()
  const [one, two] = [await attempt(db, PASSWORD), await attempt(db, PASSWORD)]
  assert.ok(one.outcome === 'signed-in' && two.outcome === 'signed-in')
  const who = { personId: one.person.id, login: one.person.login }
  await setPassword(db, one.person, 'seven boats in fog', { who, keepSession: one.session.id }, clock)
  assert.notEqual(await sessionOf(db, one.token, clock), undefined)
  assert.equal(await sessionOf(db, two.token, clock), undefined)
  await endSessions(db, one.person.id)
  assert.equal(await sessionOf(db, one.token, clock), undefined)
})
