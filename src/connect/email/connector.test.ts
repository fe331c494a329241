import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { Failure } from '../../base/failure.ts'
import type { OutgoingNotice } from '../notice.ts'
import { emailChannel } from './connector.ts'

const notice: OutgoingNotice = {
  key: 'notice_1',
  subject: 'Harbor Valley: West has gone silent',
  text: 'West has gone silent.\n',
  at: Date.parse('2026-11-23T15:00:00Z'),
  facts: {},
}

async function mailServer(options: SMTPServerOptions) {
  const taken: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData(stream, _session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        taken.push(Buffer.concat(pieces).toString('utf8'))
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { taken, port: address.port, close: () => new Promise<void>((resolve) => server.close(resolve)) }
}

const channel = (port: number, more = {}) =>
  emailChannel({
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'holdfast@harbor.example',
    deadlineMs: 2000,
    ...more,
  })

async function failureOf(sending: Promise<void>): Promise<Failure> {
  try {
    await sending
  } catch (thrown) {
    assert.ok(thrown instanceof Failure)
    return thrown
  }
  throw new Error('it was sent')
}

test('a notice arrives as plain text under an id made of its key', async () => {
  const server = await mailServer({})
  try {
    await channel(server.port).send(notice, 'it@harbor.example')
    assert.match(server.taken[0] ?? '', /Message-ID: <notice_1@harbor.example>/)
    assert.match(server.taken[0] ?? '', /Subject: Harbor Valley: West has gone silent/)
    assert.match(server.taken[0] ?? '', /To: it@harbor.example/)
  } finally {
    await server.close()
  }
})

test('a server that is not there, or asks to come later, is tried again', async () => {
  const server = await mailServer({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('grey-listed'), { responseCode: 451 })),
  })
  assert.equal((await failureOf(channel(server.port).send(notice, 'it@harbor.example'))).kind, 'transient')
  await server.close()
  assert.equal((await failureOf(channel(server.port).send(notice, 'it@harbor.example'))).kind, 'transient')
})

test('a refused address and a refused password need somebody', async () => {
  const server = await mailServer({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })),
    onAuth: (_auth, _session, done) => done(new Error('no')),
    allowInsecureAuth: true,
  })
  try {
    assert.equal((await failureOf(channel(server.port).send(notice, 'x@harbor.example'))).kind, 'permanent')
    const refused = await failureOf(
      channel(server.port, { user: 'u', password: 'geheim' }).send(notice, 'x@harbor.example'),
    )
    assert.equal(refused.kind, 'permanent')
    assert.doesNotMatch(refused.message, /geheim/)
  } finally {
    await server.close()
  }
})

test('a server without TLS gets nothing when TLS is asked for', async () => {
  const server = await mailServer({})
  try {
    await failureOf(channel(server.port, { security: 'starttls' }).send(notice, 'it@harbor.example'))
    assert.deepEqual(server.taken, [])
  } finally {
    await server.close()
  }
})

test('a server that falls silent after the message is asked again', async () => {
  const server = await mailServer({ onData: (stream) => void stream.resume() })
  try {
    const failure = await failureOf(channel(server.port, { deadlineMs: 300 }).send(notice, 'it@harbor.example'))
    assert.equal(failure.kind, 'ambiguous')
  } finally {
    await server.close()
  }
})
