import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { FarSide } from '../../../test/practice/fhir/far-side.ts'
import { NOON, practiceRecords } from '../../../test/practice/fhir/records.ts'
import { send } from '../../../test/practice/fhir/reply.ts'
import { heldWorld, sourceOn } from '../../../test/practice/fhir/source.ts'
import { Failure } from '../../base/failure.ts'

type Asked = { form: URLSearchParams; authorization: string | undefined }

/** An authorization server on a port of its own; `give` decides each answer. */
async function tokenServer(
  give: (asked: Asked, nth: number) => [number, object],
): Promise<{ url: string; asked: Asked[]; stop: () => Promise<void> }> {
  const asked: Asked[] = []
  const receive = async (request: IncomingMessage): Promise<Asked> => ({
    form: new URLSearchParams(await text(request)),
    authorization: request.headers.authorization,
  })
  const server: Server = createServer((request, response) => {
    void receive(request).then((one) => {
      asked.push(one)
      send(response, ...give(one, asked.length))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/token`
  return {
    url,
    asked,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function far(tokens: string[]): Promise<FarSide & AsyncDisposable> {
  const side = new FarSide(practiceRecords(2), NOON)
  side.tokens = new Set(tokens)
  return Object.assign(await side.start(), { [Symbol.asyncDispose]: async () => await side.stop() })
}

for (const algorithm of ['RS384', 'ES384'] as const) {
  test(`SMART backend services: a signed assertion buys a token (${algorithm})`, async () => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
    await using side = await far(['t1'])
    const tokens = await tokenServer(() => [200, { access_token: 't1', expires_in: 300 }])
    side.fault = (url, _request, response) => {
      if (!url.pathname.endsWith('.well-known/smart-configuration')) return false
      send(response, 200, { token_endpoint: tokens.url })
      return true
    }
    const pem = algorithm === 'RS384' ? await exportPKCS8(privateKey) : JSON.stringify(await exportJWK(privateKey))
    const signIn = { kind: 'smart-backend', clientId: 'holdfast', privateKey: pem, algorithm, keyId: 'k1' }
    await using source = sourceOn(side.base, { signIn })
    const signal = await source.probe()
    assert.ok(signal.answered, signal.because)
    const form = tokens.asked[0]?.form
    assert.equal(form?.get('grant_type'), 'client_credentials')
    assert.equal(form?.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const verified = await jwtVerify(form?.get('client_assertion') ?? '', publicKey, {
      issuer: 'holdfast',
      subject: 'holdfast',
      audience: tokens.url,
      currentDate: new Date(NOON),
    })
    assert.equal(verified.protectedHeader.kid, 'k1')
    assert.equal(verified.protectedHeader.alg, algorithm)
    assert.ok((verified.payload.exp ?? 0) - NOON / 1000 <= 300)
    assert.ok(typeof verified.payload.jti === 'string')
    await tokens.stop()
  })
}

test('a token is renewed before it ends, and once for many questions', async () => {
  await using side = await far(['t1', 't2'])
  const tokens = await tokenServer((_asked, nth) => [200, { access_token: `t${nth}`, expires_in: 600 }])
  const world = heldWorld()
  const signIn = { kind: 'client-credentials', clientId: 'a b', clientSecret: 's:1', tokenUrl: tokens.url }
  await using source = sourceOn(side.base, { signIn }, world)
  await Promise.all([source.probe(), source.probe(), source.probe()])
  assert.equal(tokens.asked.length, 1)
  assert.equal(tokens.asked[0]?.authorization, `Basic ${Buffer.from('a%20b:s%3A1').toString('base64')}`)
  world.now += 545_000
  assert.ok((await source.probe()).answered)
  assert.equal(tokens.asked.length, 2)
  await tokens.stop()
})

test('after a 401 it signs in again, once; refused again, it says so and is done', async () => {
  await using side = await far(['t1'])
  const tokens = await tokenServer((_asked, nth) => [200, { access_token: `t${nth}`, expires_in: 600 }])
  const signIn = { kind: 'client-credentials', clientId: 'a', clientSecret: 's', tokenUrl: tokens.url }
  await using source = sourceOn(side.base, { signIn })
  assert.ok((await source.probe()).answered)
  // The server forgot its tokens, as one does whose cache was restarted.
  side.tokens = new Set(['t2'])
  assert.ok((await source.probe()).answered)
  assert.equal(tokens.asked.length, 2)
  side.tokens = new Set()
  const refused = await source.probe()
  assert.ok(!refused.answered && refused.kind === 'permanent')
  assert.equal(tokens.asked.length, 3)
  await tokens.stop()
})

test('a sign-in that refuses us is permanent, one that is ill is transient, and neither tells the secret', async () => {
  const cases: [number, object, Failure['kind']][] = [
    [400, { error: 'invalid_client', error_description: 'no such secret: hush-hush' }, 'permanent'],
    [401, { error: 'invalid_client' }, 'permanent'],
    [503, { error: 'temporarily_unavailable' }, 'transient'],
    [500, {}, 'transient'],
    [200, { nothing: true }, 'transient'],
  ]
  await using side = await far([])
  for (const [status, body, kind] of cases) {
    const tokens = await tokenServer(() => [status, body])
    const signIn = { kind: 'client-credentials', clientId: 'a', clientSecret: 'hush-hush', tokenUrl: tokens.url }
    await using source = sourceOn(side.base, { signIn })
    const signal = await source.probe()
    assert.ok(!signal.answered)
    assert.equal(signal.kind, kind, signal.because)
    assert.doesNotMatch(signal.because, /hush/)
    await tokens.stop()
  }
})

test('a secret is never sent over plain http to another machine', async () => {
  await using side = await far(['t1'])
  const signIn = {
    kind: 'client-credentials',
    clientId: 'a',
    clientSecret: 's',
    tokenUrl: 'http://auth.example.org/token',
  }
  await using source = sourceOn(side.base, { signIn })
  const signal = await source.probe()
  assert.ok(!signal.answered && signal.kind === 'permanent')
  assert.match(signal.because, /https/)
  assert.throws(() => sourceOn('http://ehr.example.org/fhir'), /https/)
})

test('a configuration that cannot be used says everything that is wrong with it at once', () => {
  assert.throws(
    () => sourceOn('ftp://x', { zone: 'Nowhere/Land', pageSize: 0, unknown: 1 }),
    (thrown) =>
      thrown instanceof Failure &&
      thrown.kind === 'permanent' &&
      ['zone', 'pageSize', 'unknown'].every((word) => thrown.message.includes(word)),
  )
})
