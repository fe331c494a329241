import 'reflect-metadata'
import assert from 'node:assert/strict'
import { randomBytes, webcrypto } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as x509 from '@peculiar/x509'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { AuditLine } from '../../access/access.ts'
import { enrolKey, enrolProof, enrolProofHolds, readEnrolCode } from '../../access/enrol-code.ts'
import { keepEnvelopes, listEnvelopes } from '../../access/envelopes/store.ts'
import { makeBreakGlassCodes } from '../../access/offline.ts'
import { makeJournalHeader, sealLine } from '../../access/site-journal.ts'
import { authorizationFor, newSigningKey } from '../../access/site-link.ts'
import { sha256Hex } from '../../base/hash.ts'
import { MINUTE } from '../../base/time.ts'
import { recentNotices } from '../../monitor/store.ts'
import type { EnrolAnswer, EnrolRequest, Heartbeat } from '../../pack/link.ts'
import { inMemory } from '../../pack/seal.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { offerSite } from '../flows/enrol-site.ts'
import { revokeSite } from '../flows/revoke-site.ts'
import { type ScratchCentre, scratchCentre } from '../flows/scratch-centre.ts'
import { notePublication } from '../publications/store.ts'
import { addSite, heardOfAll, siteById } from '../sites/store.ts'
import { siteApi } from './site-api.ts'

const BY = { personId: 'person_1', login: 'ada' }
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const sealedFile = randomBytes(700_000)
const fileName = sha256Hex(sealedFile)

async function hub() {
  const centre = await scratchCentre(await server.database())
  const files = {
    open: async (name: string) => {
      if (name !== fileName) throw new Error('no such file')
      return inMemory(sealedFile)
    },
  }
  const app = siteApi(centre, files, centre.live, () => '10.0.0.7')
  await addSite(centre.db, {
    id: 'east',
    name: 'East',
    zone: undefined,
    locationIds: ['1'],
    printers: [],
    madeAt: centre.clock.now(),
  })
  return { centre, app }
}
type Hub = Awaited<ReturnType<typeof hub>>

async function lockbox() {
  const identity = await generateX25519Identity()
  const signing = newSigningKey()
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=site',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  })
  return { identity, recipient: await identityToRecipient(identity), signing, tlsRequest: request.toString('pem') }
}
type Lockbox = Awaited<ReturnType<typeof lockbox>>

async function requestWith(typed: string, box: Lockbox): Promise<{ request: EnrolRequest; key: Buffer }> {
  const code = readEnrolCode(typed)
  assert.ok(code)
  const key = await enrolKey(code)
  const fields = {
    codeId: code.codeId,
    recipient: box.recipient,
    signingKey: box.signing.publicKey,
    tlsRequest: box.tlsRequest,
  }
  return { request: { ...fields, proof: enrolProof(key, fields) }, key }
}

const enrol = async ({ app }: Hub, request: EnrolRequest) =>
  app.request('/enrol', { method: 'POST', body: JSON.stringify(request) })

async function enrolled(at: Hub): Promise<Lockbox> {
  const box = await lockbox()
  const { code } = await offerSite(at.centre, 'east', BY)
  const answer = await enrol(at, (await requestWith(code, box)).request)
  assert.equal(answer.status, 200)
  return box
}

async function ask({ centre, app }: Hub, box: Lockbox, method: string, path: string, body?: object, headers = {}) {
  const text = body === undefined ? '' : JSON.stringify(body)
  const authorization = authorizationFor(
    'east',
    box.signing.privateKey,
    { method, path, body: text },
    centre.clock.now(),
  )
  return app.request(path, { method, headers: { authorization, ...headers }, ...(text === '' ? {} : { body: text }) })
}

const beat = (centre: ScratchCentre): Heartbeat => ({
  at: centre.clock.now(),
  version: '0.1.0',
  panelSequence: 3,
  siteSequence: undefined,
  freshness: { schedule: centre.clock.now() - 5, keyData: undefined, roster: undefined, sources: [], canary: 7 },
  locked: false,
  diskFreeBytes: 1e9,
  journalWaiting: 0,
  startedAt: centre.clock.now() - MINUTE,
})

async function because(answer: Response): Promise<string> {
  const said: unknown = await answer.json()
  return typeof said === 'object' && said !== null && 'because' in said ? String(said.because) : ''
}

test('a lockbox that knows the code is let in, and learns that the hub knows it too', async () => {
  const at = await hub()
  const box = await lockbox()
  const { code } = await offerSite(at.centre, 'east', BY)
  const { request, key } = await requestWith(code, box)
  const answer = await enrol(at, request)
  assert.equal(answer.status, 200)
  const said: EnrolAnswer = JSON.parse(await answer.text())
  assert.ok(enrolProofHolds(key, said))
  assert.deepEqual([said.siteName, said.practiceId], ['East', 'hv'])
  const site = await siteById(at.centre.db, 'east')
  assert.deepEqual([site?.status, site?.recipient], ['enrolled', box.recipient])
  assert.equal(at.centre.published, 1)
  assert.deepEqual(
    at.centre.audited.map((line) => line.what),
    ['site-offered', 'site-enrolled'],
  )
})

test('a code works once, for fifteen minutes, and not after five wrong tries', async () => {
  const at = await hub()
  const box = await lockbox()
  const first = await requestWith((await offerSite(at.centre, 'east', BY)).code, box)
  assert.equal((await enrol(at, first.request)).status, 200)
  assert.match(await because(await enrol(at, first.request)), /No open code/)

  const late = await requestWith((await offerSite(at.centre, 'east', BY)).code, box)
  at.centre.pass(16 * MINUTE)
  assert.match(await because(await enrol(at, late.request)), /No open code/)

  const guessed = await requestWith((await offerSite(at.centre, 'east', BY)).code, box)
  for (let i = 0; i < 5; i++)
    assert.match(await because(await enrol(at, { ...guessed.request, proof: '0'.repeat(64) })), /not right/)
  assert.match(await because(await enrol(at, guessed.request)), /No open code/)
})

test('one address cannot try codes for ever', async () => {
  const at = await hub()
  const { request } = await requestWith('7K2P-9QX4-M0TB', await lockbox())
  const answers = await Promise.all(Array.from({ length: 12 }, () => enrol(at, request)))
  assert.equal(answers.filter((answer) => answer.status === 429).length, 2)
})

test('a heartbeat is heard, and heard once', async () => {
  const at = await hub()
  const box = await enrolled(at)
  assert.equal((await ask(at, box, 'POST', '/heartbeat', beat(at.centre))).status, 200)
  assert.equal((await heardOfAll(at.centre.db)).get('east')?.heartbeat.freshness?.canary, 7)

  const body = JSON.stringify(beat(at.centre))
  const authorization = authorizationFor(
    'east',
    box.signing.privateKey,
    { method: 'POST', path: '/heartbeat', body },
    at.centre.clock.now(),
  )
  const send = () => at.app.request('/heartbeat', { method: 'POST', headers: { authorization }, body })
  assert.equal((await send()).status, 200)
  assert.match(await because(await send()), /heard before/)
})

test('who did not sign, signed with another key, or has another time is told so', async () => {
  const at = await hub()
  const box = await enrolled(at)
  assert.equal((await at.app.request('/manifests')).status, 401)
  assert.match(await because(await ask(at, await lockbox(), 'GET', '/manifests')), /signature does not fit/)
  const authorization = authorizationFor(
    'east',
    box.signing.privateKey,
    { method: 'GET', path: '/manifests', body: '' },
    at.centre.clock.now() - 6 * MINUTE,
  )
  assert.match(await because(await at.app.request('/manifests', { headers: { authorization } })), /clock/)
})

test('a revoked lockbox is told so in plain words and gets nothing', async () => {
  const at = await hub()
  const box = await enrolled(at)
  assert.equal(await revokeSite(at.centre, 'east', BY, 'stolen from the front desk'), true)
  assert.equal(await revokeSite(at.centre, 'east', BY, 'again'), false)
  for (const path of ['/manifests', `/files/${fileName}`]) {
    const answer = await ask(at, box, 'GET', path)
    assert.equal(answer.status, 403)
    assert.match(await because(answer), /was revoked/)
  }
  assert.equal(at.centre.audited.at(-1)?.reason, 'stolen from the front desk')
})

test('a file is sent whole, continued where it was cut, and not sent again', async () => {
  const at = await hub()
  const box = await enrolled(at)
  const path = `/files/${fileName}`
  const whole = await ask(at, box, 'GET', path)
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), sealedFile)
  const rest = await ask(at, box, 'GET', path, undefined, { range: 'bytes=600000-' })
  assert.equal(rest.status, 206)
  assert.deepEqual(Buffer.from(await rest.arrayBuffer()), sealedFile.subarray(600_000))
  assert.equal((await ask(at, box, 'GET', path, undefined, { range: 'bytes=700000-' })).status, 416)
  assert.equal((await ask(at, box, 'GET', path, undefined, { 'if-none-match': `"${fileName}"` })).status, 304)
  assert.equal((await ask(at, box, 'GET', `/files/${'0'.repeat(64)}`)).status, 404)
})

test('a site that waits for a newer manifest has it as soon as it is published', async () => {
  const at = await hub()
  const box = await enrolled(at)
  const publish = (sequence: number) =>
    notePublication(at.centre.db, {
      packId: 'panel',
      sequence,
      publishedAt: at.centre.clock.now(),
      signed: { manifest: `${sequence}`, signature: '', keyId: '' },
      madeOf: {},
      sizeBytes: 1,
    })
  await publish(1)
  let asked: () => void = () => {}
  const waiting = new Promise<void>((resolve) => {
    asked = resolve
  })
  const hear = at.centre.live.hear.bind(at.centre.live)
  at.centre.live.hear = (subjects, listener) => {
    asked()
    return hear(subjects, listener)
  }
  const answer = ask(at, box, 'GET', '/manifests?wait=50&panel=1&site=0')
  await waiting
  assert.equal(await publish(2), true)
  assert.equal(await publish(2), false)
  at.centre.live.tell(['packs'])
  const said: { panel: { manifest: string } } = JSON.parse(await (await answer).text())
  assert.equal(said.panel.manifest, '2')
})

async function journalOf(at: Hub, box: Lockbox, words: string[]) {
  const { header, seal } = await makeJournalHeader(
    { siteId: 'east', file: 'j1', startedAt: at.centre.clock.now(), previous: null },
    [at.centre.keys.recipient, box.recipient],
  )
  const lines: string[] = []
  let last: { seq: number; hash: string } | undefined
  for (const what of words) {
    const line: AuditLine = { at: 1, who: { program: 'site' }, place: 'elsewhere', what, about: {}, outcome: 'done' }
    const sealed = sealLine(seal, last, line)
    lines.push(sealed.text)
    last = sealed.link
  }
  return { header, lines }
}

test('a journal that is handed over twice stands in the audit trail once', async () => {
  const at = await hub()
  const box = await enrolled(at)
  const { header, lines } = await journalOf(at, box, ['unlocked', 'chart-viewed', 'printed'])
  at.centre.audited.length = 0
  const first = await ask(at, box, 'POST', '/journal', { file: 'j1', header, from: 1, lines: lines.slice(0, 2) })
  assert.deepEqual(await first.json(), { file: 'j1', through: 2 })
  const second = await ask(at, box, 'POST', '/journal', { file: 'j1', header, from: 1, lines })
  assert.deepEqual(await second.json(), { file: 'j1', through: 3 })
  const third = await ask(at, box, 'POST', '/journal', { file: 'j1', header, from: 2, lines: lines.slice(1) })
  assert.deepEqual(await third.json(), { file: 'j1', through: 3 })
  assert.deepEqual(
    at.centre.audited.map((line) => [line.what, line.place]),
    [
      ['unlocked', 'east'],
      ['chart-viewed', 'east'],
      ['printed', 'east'],
    ],
  )
})

test('an envelope that was opened at a site is spent, and told once', async () => {
  const at = await hub()
  const box = await enrolled(at)
  const [envelope] = await makeBreakGlassCodes(1, at.centre.clock, { memoryKiB: 8, passes: 1, parallelism: 1 })
  assert.ok(envelope)
  const { codeId } = envelope.code
  await keepEnvelopes(at.centre.db, 'east', [envelope.verifier], 'ada')
  const { header, seal } = await makeJournalHeader({ siteId: 'east', file: 'j1', startedAt: 1, previous: null }, [
    at.centre.keys.recipient,
  ])
  const line: AuditLine = {
    at: 5,
    who: { program: 'site' },
    place: 'east',
    what: 'break-glass',
    about: { codeId },
    outcome: 'done',
    reason: 'drill',
  }
  const over = { file: 'j1', header, from: 1, lines: [sealLine(seal, undefined, line).text] }
  for (let i = 0; i < 2; i++) assert.equal((await ask(at, box, 'POST', '/journal', over)).status, 200)
  assert.deepEqual(
    (await listEnvelopes(at.centre.db, 'east')).map(({ state }) => state),
    [{ is: 'used', at: 5 }],
  )
  assert.deepEqual(
    (await recentNotices(at.centre.db, 9)).map(({ target, text }) => [target, text.kind]),
    [['pager', 'event']],
  )
})

test('a journal whose chain does not hold is taken up to the break, and the break is written down once', async () => {
  const at = await hub()
  const box = await enrolled(at)
  const { header, lines } = await journalOf(at, box, ['a', 'b', 'c'])
  at.centre.audited.length = 0
  const broken = [lines[0], lines[2]]
  for (let i = 0; i < 2; i++) {
    const answer = await ask(at, box, 'POST', '/journal', { file: 'j1', header, from: 1, lines: broken })
    assert.deepEqual(await answer.json(), { file: 'j1', through: 1 })
  }
  assert.deepEqual(
    at.centre.audited.map((line) => line.what),
    ['a', 'site-journal-broken'],
  )
})

test('a gap, another site’s journal and another beginning are refused', async () => {
  const at = await hub()
  const box = await enrolled(at)
  const { header, lines } = await journalOf(at, box, ['a', 'b'])
  assert.match(
    await because(await ask(at, box, 'POST', '/journal', { file: 'j1', header, from: 2, lines: lines.slice(1) })),
    /Begin there/,
  )
  assert.equal((await ask(at, box, 'POST', '/journal', { file: 'j2', header, from: 1, lines })).status, 409)
  await ask(at, box, 'POST', '/journal', { file: 'j1', header, from: 1, lines })
  const other = await journalOf(at, box, ['a', 'b'])
  assert.match(
    await because(await ask(at, box, 'POST', '/journal', { file: 'j1', ...other, from: 1 })),
    /another beginning/,
  )
})
