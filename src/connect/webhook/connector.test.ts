import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Failure } from '../../base/failure.ts'
import { signatureOf, webhookChannel } from './connector.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const notice = { key: 'notice_1', subject: 'West has gone silent', text: 'Look.', at: NOW, facts: { alarm: 'a1' } }

async function farSide(answer: (request: IncomingMessage, body: string, reply: ServerResponse) => void) {
  const server = createServer((request, reply) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => answer(request, Buffer.concat(pieces).toString('utf8'), reply))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const url = `http://127.0.0.1:${address.port}/hooks/verysecretpath`
  return {
    url,
    channel: webhookChannel({ url, secret: 'sixteen characters', deadlineMs: 500 }, { now: () => NOW }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function failureOf(sending: Promise<void>): Promise<Failure> {
  const thrown: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(thrown instanceof Failure)
  return thrown
}

test('a notice is signed, keyed and told as JSON', async () => {
  const seen: { headers: IncomingMessage['headers']; body: string }[] = []
  await using side = await farSide((request, body, reply) => {
    seen.push({ headers: request.headers, body })
    reply.writeHead(204).end()
  })
  await side.channel.send(notice, '')
  const [first] = seen
  assert.ok(first)
  assert.deepEqual(JSON.parse(first.body), {
    id: 'notice_1',
    subject: notice.subject,
    text: 'Look.',
    at: NOW,
    facts: { alarm: 'a1' },
  })
  assert.equal(first.headers['idempotency-key'], 'notice_1')
  assert.equal(first.headers['holdfast-signature'], signatureOf('sixteen characters', first.body, NOW))
})

for (const [status, kind] of [
  [500, 'transient'],
  [503, 'transient'],
  [429, 'transient'],
  [404, 'permanent'],
  [302, 'permanent'],
] as const)
  test(`an answer of ${status} is ${kind}, and the address is not told`, async () => {
    await using side = await farSide((_request, _body, reply) =>
      reply.writeHead(status, { location: '/elsewhere', 'retry-after': '7' }).end(),
    )
    const failure = await failureOf(side.channel.send(notice, ''))
    assert.equal(failure.kind, kind)
    assert.doesNotMatch(failure.message, /verysecretpath/)
    if (kind === 'transient') assert.equal(failure.retryAfterMs, 7000)
  })

test('silence after the request went out leaves it open whether it was taken', async () => {
  await using side = await farSide(() => {})
  assert.equal((await failureOf(side.channel.send(notice, ''))).kind, 'ambiguous')
})

test('a line that is cut after the request went out leaves it open too', async () => {
  await using side = await farSide((request) => request.socket.destroy())
  assert.equal((await failureOf(side.channel.send(notice, ''))).kind, 'ambiguous')
})

test('a far side that refuses the connection took nothing', async () => {
  const side = await farSide(() => {})
  await side[Symbol.asyncDispose]()
  const channel = webhookChannel({ url: side.url, secret: 'sixteen characters', deadlineMs: 500 }, { now: () => NOW })
  assert.equal((await failureOf(channel.send(notice, ''))).kind, 'transient')
})
