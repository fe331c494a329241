import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { generateIdentity } from 'age-encryption'
import type { OfflineVerifier } from '../../access/access.ts'
import { makeBreakGlassCodes, makeLock, makeVerifier } from '../../access/offline.ts'
import { HOUR, MINUTE } from '../../base/time.ts'
import { siteFolder } from '../local/folder.ts'
import { openAttempts } from './attempts.ts'
import { openKeyholder } from './keyholder.ts'
import { openSessions } from './sessions.ts'

const CHEAP = { memoryKiB: 256, passes: 1, parallelism: 1 }
const hand = { at: Date.parse('2026-11-23T11:00:00Z') }
const clock = { now: () => hand.at }
const identity = await generateIdentity()
let folder = siteFolder('')

async function person(login: string, password: string): Promise<OfflineVerifier> {
  return makeVerifier(
    { id: `person_${login}`, login, name: login, grants: [{ role: 'clinician', sites: 'all' }] },
    await makeLock(password, clock, CHEAP),
  )
}

beforeEach(async () => {
  folder = siteFolder(await mkdtemp(join(tmpdir(), 'holdfast-unlock-')))
  await writeFile(folder.firstIdentity, identity)
})
afterEach(() => rm(folder.root, { recursive: true }))

async function everythingOnDisk(): Promise<string> {
  const names = await readdir(folder.root)
  return (await Promise.all(names.map((name) => readFile(join(folder.root, name), 'latin1')))).join('\n')
}

test('once a person can unlock the site, its key stands nowhere in the open, and neither do logins', async () => {
  const keys = await openKeyholder(folder)
  assert.equal(keys.state(), 'nobody-yet')
  await keys.keepWraps([await person('amy.moss', 'correct horse battery')], [])
  assert.equal(keys.state(), 'unlocked')
  await assert.rejects(stat(folder.firstIdentity))
  const disk = await everythingOnDisk()
  for (const secret of [identity, 'amy.moss', 'AGE-SECRET-KEY', 'person_']) assert.ok(!disk.includes(secret), secret)
})

test('after a restart it is locked, and only the right login and password open it', async () => {
  await (await openKeyholder(folder)).keepWraps([await person('amy', 'correct horse battery')], [])
  const keys = await openKeyholder(folder)
  assert.equal(keys.state(), 'locked')
  assert.equal(await keys.tryPassword('amy', 'wrong horse battery'), undefined)
  assert.equal(await keys.tryPassword('bob', 'correct horse battery'), undefined)
  const opened = await keys.tryPassword(' AMY ', 'correct horse battery')
  assert.deepEqual(opened, { identity, of: 'person_amy' })
  keys.unlock(opened)
  assert.equal(keys.identity(), identity)
})

test('who is not among the people any more loses the wrap; the others keep theirs as it is', async () => {
  const keys = await openKeyholder(folder)
  const [amy, bob] = [await person('amy', 'correct horse battery'), await person('bob', 'another long word')]
  await keys.keepWraps([amy, bob], [])
  const before = await readFile(folder.unlock, 'utf8')
  await keys.keepWraps([amy, bob], [])
  assert.equal(await readFile(folder.unlock, 'utf8'), before)
  await keys.keepWraps([amy], [])
  assert.equal(await keys.tryPassword('bob', 'another long word'), undefined)
  assert.ok(await keys.tryPassword('amy', 'correct horse battery'))
})

test('a changed password opens, the old one does not', async () => {
  const keys = await openKeyholder(folder)
  await keys.keepWraps([await person('amy', 'the old password')], [])
  await keys.keepWraps([await person('amy', 'the new password')], [])
  assert.equal(await keys.tryPassword('amy', 'the old password'), undefined)
  assert.ok(await keys.tryPassword('amy', 'the new password'))
})

test('an empty list of people never locks everybody out', async () => {
  const keys = await openKeyholder(folder)
  await keys.keepWraps([await person('amy', 'correct horse battery')], [])
  await keys.keepWraps([], [])
  assert.ok(await keys.tryPassword('amy', 'correct horse battery'))
})

test('a sealed envelope opens once, also after a restart, and even if the hub still names it', async () => {
  const [envelope] = await makeBreakGlassCodes(1, clock, CHEAP)
  assert.ok(envelope)
  const amy = await person('amy', 'correct horse battery')
  const keys = await openKeyholder(folder)
  await keys.keepWraps([amy], [envelope.verifier])
  const opened = await keys.tryEnvelope(envelope.code.shown.toLowerCase())
  assert.equal(opened?.of, envelope.code.codeId)
  await keys.useEnvelope(envelope.code.codeId)
  assert.equal(await keys.tryEnvelope(envelope.code.shown), undefined)
  await keys.keepWraps([amy], [envelope.verifier])
  assert.equal(await (await openKeyholder(folder)).tryEnvelope(envelope.code.shown), undefined)
})

const HERE = '127.0.0.1'

test('waits grow with wrong passwords, outlive a restart, and end with a right one', async () => {
  let attempts = await openAttempts(folder.attempts, clock)
  for (let n = 0; n < 6; n++) assert.equal(await attempts.begin('amy', HERE), 0)
  const wait = await attempts.begin('amy', HERE)
  assert.ok(wait > 0)
  assert.equal(await attempts.begin('bob', HERE), 0, 'others are not held up')
  attempts = await openAttempts(folder.attempts, clock)
  assert.equal(attempts.waitMs('amy', HERE), wait)
  hand.at += wait
  assert.equal(await attempts.begin('amy', HERE), 0)
  assert.ok((await attempts.begin('amy', HERE)) > wait)
  await attempts.succeeded('amy', HERE)
  assert.equal(attempts.waitMs('amy', HERE), 0)
})

test('where attempts cannot be written down nobody is let in, and it says why', async () => {
  const attempts = await openAttempts(folder.attempts, clock)
  await mkdir(join(folder.attempts, 'in-the-way'), { recursive: true })
  await assert.rejects(attempts.begin('login 1', HERE), /cannot be written down .*Free the disk/)
})

test('waits that were counted while the clock was years ahead end with its correction', async () => {
  const now = hand.at
  hand.at += 3653 * 24 * HOUR
  const attempts = await openAttempts(folder.attempts, clock)
  for (let wrong = 0; wrong < 6; wrong++) await attempts.begin('login 1', HERE)
  assert.ok(attempts.waitMs('login 1', HERE) > 0)
  hand.at = now
  assert.equal(await attempts.begin('login 1', HERE), 0)
  assert.ok(attempts.waitMs('login 1', HERE) > 0, 'the guesses before still count')
  assert.ok(attempts.waitMs('login 1', HERE) <= 15 * MINUTE)
})

test('a stranger on the network shuts nobody out, neither at the lockbox nor at another machine', async () => {
  const attempts = await openAttempts(join(folder.root, 'strangers.json'), clock)
  const [stranger, nurse] = ['10.1.0.66', '10.1.0.20']
  let [refusedHere, refusedElsewhere, guesses] = [0, 0, 0]
  for (let minute = 0; minute < 24 * 60; minute++) {
    for (let tries = 0; tries < 3; tries++) if ((await attempts.begin('login amy', stranger)) === 0) guesses++
    if (attempts.waitMs('login amy', HERE) > 0) refusedHere++
    if (attempts.waitMs('login amy', nurse) > 0) refusedElsewhere++
    hand.at += MINUTE
  }
  assert.equal(refusedHere, 0)
  assert.equal(refusedElsewhere, 0)
  assert.ok(guesses < 60, `${guesses} guesses in a day`)
})

test('a crowd of sign-ins is told to come again instead of standing in line for minutes', async () => {
  const keys = await openKeyholder(folder)
  const crowd = await Promise.allSettled(Array.from({ length: 30 }, (_, at) => keys.tryPassword(`invented ${at}`, 'x')))
  const refused = crowd.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 18)
  assert.match(String(refused[0]?.reason), /try again in a few seconds/)
  assert.equal(await keys.tryPassword('invented', 'x'), undefined, 'the line is free again')
})

test('a session ends when nobody is there, and at the end of a shift', () => {
  const sessions = openSessions(clock)
  const token = sessions.begin({ kind: 'person', personId: 'person_amy' })
  for (let n = 0; n < 71; n++) {
    hand.at += 10 * MINUTE
    assert.ok(sessions.find(token, 10 * MINUTE))
  }
  hand.at += 11 * MINUTE
  assert.equal(sessions.find(token, 10 * MINUTE), undefined)
  const busy = sessions.begin({ kind: 'person', personId: 'person_amy' })
  hand.at += 13 * HOUR
  assert.equal(sessions.find(busy, 24 * HOUR), undefined)
  assert.equal(sessions.find('made up', HOUR), undefined)
})
