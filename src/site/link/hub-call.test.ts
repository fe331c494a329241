import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer as createTls } from 'node:https'
import { createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { z } from 'zod'
import { Failure } from '../../base/failure.ts'
import { callForJson, Refused } from './hub-call.ts'

const shape = z.object({ hubNow: z.number() })

async function listening(server: Server): Promise<{ port: number } & AsyncDisposable> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
        server.closeAllConnections()
      server.close()
    },
  }
}

async function failureOf(url: string, silenceMs = 200): Promise<Failure> {
  const thrown: unknown = await callForJson(
    { url, trust: 'not-yet' },
    { method: 'GET', path: '/x', silenceMs },
    shape,
  ).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(thrown instanceof Failure, String(thrown))
  return thrown
}

test('a hub that accepts and never answers meets a deadline', async () => {
  const held: { destroy(): void }[] = []
  await using hub = await listening(createServer((socket) => held.push(socket)))
  for (const scheme of ['http', 'https'])
    assert.equal((await failureOf(`${scheme}://127.0.0.1:${hub.port}`)).kind, 'transient')
  for (const socket of held) socket.destroy()
})

test('a hub that breaks off, is not there, or talks rubbish has its kind of failure', async () => {
  await using breaks = await listening(
    createHttp((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"hub')
      setImmediate(() => response.destroy())
    }),
  )
  assert.equal((await failureOf(`http://127.0.0.1:${breaks.port}`)).kind, 'transient')
  await using rubbish = await listening(createHttp((_, response) => response.end('<html>')))
  assert.equal((await failureOf(`http://127.0.0.1:${rubbish.port}`)).kind, 'permanent')
  assert.equal((await failureOf('http://127.0.0.1:1')).kind, 'transient')
  await using bare = await listening(createTls({}, () => {}))
  assert.equal((await failureOf(`https://127.0.0.1:${bare.port}`)).kind, 'transient')
})

test('a refusal keeps the hub’s words, its time and how long to wait', async () => {
  await using hub = await listening(
    createHttp((_, response) => {
      response.writeHead(429, { 'retry-after': '7' }).end(JSON.stringify({ because: 'Too many.', hubNow: 5 }))
    }),
  )
  const thrown = await failureOf(`http://127.0.0.1:${hub.port}`)
  assert.ok(thrown instanceof Refused)
  assert.deepEqual(
    [thrown.kind, thrown.message, thrown.hubNow, thrown.retryAfterMs],
    ['transient', 'Too many.', 5, 7000],
  )
})

test('another machine than this one is never spoken to in the clear', async () => {
  assert.match((await failureOf('http://192.0.2.1:4600')).message, /https/)
})
