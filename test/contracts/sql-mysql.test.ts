import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { openSqlSource } from '../../src/connect/sql/connector.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'

/**
 * The driver for MariaDB and MySQL before far sides that are no database (what it does with a real one is in the engine suite): nothing that a server
 * sends may end the program, and each probe ends in time.
 */
const DEADLINE = { connect: 700, statement: 700 }
const sockets = new Set<Socket>()
let serve: (socket: Socket) => void = () => {}
const far = createServer((socket) => {
  sockets.add(socket)
  socket.on('error', () => {})
  serve(socket)
})
let port = 0

before(async () => {
  port = await new Promise<number>((resolve) =>
    far.listen(0, '127.0.0.1', () => {
      const address = far.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
})

after(async () => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => far.close(resolve))
})

async function probe(at = port) {
  const mapping = { ...(await loadMapping('openemr')), deadline: DEADLINE }
  const environment = { HOLDFAST_OPENEMR_URL: `mysql://reader:hunter2@127.0.0.1:${at}/openemr` }
  await using source = openSqlSource({ id: 'openemr', mapping, environment }, { log: silentLog, clock: systemClock })
  const began = performance.now()
  const signal = await source.probe()
  assert.ok(performance.now() - began < 2 * DEADLINE.connect + 2500)
  assert.ok(!signal.answered)
  assert.ok(!signal.because.includes('hunter2'))
  return signal
}

/** A greeting of protocol 10, as MariaDB sends it. */
const GREETING = Buffer.concat([
  Buffer.from([0x0a]),
  Buffer.from('10.11.6-MariaDB\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('abcdefgh\0'),
  Buffer.from([0xff, 0xf7, 0x2d, 0x02, 0x00, 0xff, 0x81, 0x15]),
  Buffer.alloc(10),
  Buffer.from('ijklmnopqrst\0'),
  Buffer.from('mysql_native_password\0'),
])

function packet(body: Buffer, sequence: number): Buffer {
  return Buffer.concat([
    Buffer.from([body.length & 0xff, (body.length >> 8) & 0xff, body.length >> 16, sequence]),
    body,
  ])
}

test('a server that accepts and never answers', async () => {
  serve = () => {}
  assert.equal((await probe()).kind, 'transient')
})

test('a server that greets and then falls silent', async () => {
  serve = (socket) => socket.write(packet(GREETING, 0))
  assert.equal((await probe()).kind, 'transient')
})

test('a server that hangs up in the middle of its greeting, and one that was never there', async () => {
  serve = (socket) => socket.end(packet(GREETING, 0).subarray(0, 20))
  assert.equal((await probe()).kind, 'transient')
  assert.equal((await probe(1)).kind, 'transient')
})

test('a server that refuses the sign-in', async () => {
  serve = (socket) => {
    socket.write(packet(GREETING, 0))
    socket.once('data', () =>
      socket.write(packet(Buffer.from("\xff\x15\x04#28000Access denied for user 'reader'", 'latin1'), 2)),
    )
  }
  assert.equal((await probe()).kind, 'permanent')
})

test('a server that answers with what means nothing, of many kinds', async () => {
  const answers = [
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    packet(Buffer.alloc(200, 0xfb), 0),
    packet(Buffer.alloc(0), 0),
    Buffer.alloc(65536, 0x41),
    packet(GREETING.subarray(0, 30), 0),
  ]
  for (const answer of answers) {
    serve = (socket) => socket.write(answer)
    const signal = await probe()
    assert.ok(['transient', 'permanent'].includes(signal.kind))
  }
})

test('a server that lets us in and then sends nonsense for every query', async () => {
  const nonsense = [
    Buffer.from([5, 0, 0]),
    Buffer.alloc(60, 0xfe),
    Buffer.from([0xfc, 0xff, 0xff]),
    Buffer.from([1, 3, 0x64, 0x65, 0x66]),
  ]
  for (const body of nonsense) {
    serve = (socket) => {
      socket.write(packet(GREETING, 0))
      let heard = 0
      socket.on('data', () => {
        heard++
        socket.write(heard === 1 ? packet(Buffer.from([0, 0, 0, 2, 0, 0, 0]), 2) : packet(body, 1))
      })
    }
    assert.equal((await probe()).kind, 'transient')
  }
})
