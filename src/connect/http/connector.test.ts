import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { systemClock } from '../../base/time.ts'
import { httpShape } from './config.ts'
import { httpProbe } from './connector.ts'

async function lookAt(answer: RequestListener, more: object = {}) {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const config = httpShape.parse({ url: `http://127.0.0.1:${address.port}/`, ...more })
  const signal = await httpProbe({ id: 'p', observes: 'portal' }, config, systemClock).look()
  server.closeAllConnections()
  server.close()
  assert.ok(signal.answer === 'answered', signal.because)
  return { ...signal, said: signal.findings.map((one) => one.because).join(' ') }
}

test('a page that answers 500 has answered, and somebody must act', async () => {
  assert.match((await lookAt((_request, reply) => reply.writeHead(500).end())).said, /answered 500, and a 2xx/)
})

test('a redirect is not followed: it is well only where it was said to be', async () => {
  const moved: RequestListener = (_request, reply) => reply.writeHead(302, { location: 'http://192.0.2.1/' }).end()
  assert.match((await lookAt(moved)).said, /answered 302/)
  assert.equal((await lookAt(moved, { status: [302] })).said, '')
})

test('a page without its words is not well, whatever its status, and nothing of it is told', async () => {
  const page: RequestListener = (_request, reply) => reply.end('Cannot connect to database ehr_prod')
  const signal = await lookAt(page, { text: 'Sign in' })
  assert.match(signal.said, /words that stand on a well page are not on it/)
  assert.doesNotMatch(JSON.stringify(signal), /ehr_prod/)
})

test('an endless page is read to its limit and let go', async () => {
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536, 'x'))
    },
  })
  const signal = await lookAt((_request, reply) => void endless.pipe(reply))
  endless.destroy()
  assert.deepEqual(signal.measured.at(-1), { what: 'page size', value: 262_144, unit: 'bytes' })
})
