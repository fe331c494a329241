import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { systemClock } from '../../src/base/time.ts'
import { dnsShape } from '../../src/connect/dns/config.ts'
import { dnsProbe } from '../../src/connect/dns/connector.ts'
import { httpShape } from '../../src/connect/http/config.ts'
import { httpProbe } from '../../src/connect/http/connector.ts'
import { tcpShape } from '../../src/connect/tcp/config.ts'
import { tcpProbe } from '../../src/connect/tcp/connector.ts'
import { certificateFor } from './certificates.ts'
import { deadPort, type FarSide, farSide, garbage, secureFarSide, slowly } from './far-side.ts'
import { type ProbeCase, probeContract } from './probe.ts'

const name = { id: 'p', observes: 's' }
const deadlineMs = 600
const NOWHERE = 'no-such-host.invalid'

async function greets(serve: Parameters<typeof farSide>[0]): Promise<ProbeCase> {
  const side = await farSide(serve)
  return { ...tcp(side.port), stop: side.stop }
}

function tcp(port: number, host = '127.0.0.1'): ProbeCase {
  const config = tcpShape.parse({ host, port, greeting: '220 mail', deadlineMs })
  return { probe: tcpProbe(name, config, systemClock), deadlineMs }
}

probeContract('tcp', {
  make: () => greets((socket) => socket.write('220 mail.example wordfromfarside ready\r\n')),
  secrets: ['wordfromfarside'],
  broken: {
    dead: { make: async () => tcp(await deadPort()) },
    frozen: { make: () => greets(() => {}) },
    slow: { make: () => greets(slowly('220 mail.example ready\r\n')) },
    garbage: { make: () => greets(garbage) },
    refusing: { make: () => greets((socket) => socket.end('554 go away\r\n')), right: 'not-answered' },
    nameless: { make: async () => tcp(1, NOWHERE) },
  },
})

const certificate = await certificateFor('ehr.practice.example', new Date('2026-01-01'), new Date('2099-01-01'))

function tls(side: Pick<FarSide, 'port' | 'stop'>, host = '127.0.0.1'): ProbeCase {
  const shown = { name: 'ehr.practice.example', ca: certificate.cert }
  const config = tcpShape.parse({ host, port: side.port, tls: shown, deadlineMs })
  return {
    probe: tcpProbe(name, config, { now: () => Date.parse('2026-11-23T15:00:00Z') }),
    deadlineMs,
    stop: side.stop,
  }
}

const handshake = async (serve: Parameters<typeof farSide>[0]): Promise<ProbeCase> => tls(await farSide(serve))

probeContract('tcp with tls', {
  make: async () => tls(await secureFarSide(certificate, () => {})),
  secrets: [],
  broken: {
    dead: { make: async () => tls({ port: await deadPort(), stop: async () => {} }) },
    frozen: { make: () => handshake(() => {}) },
    slow: { make: () => handshake(slowly(Buffer.from([0x16, 0x03, 0x03, 0x00, 0x7a, 0x02]))) },
    garbage: { make: () => handshake(garbage) },
    refusing: { make: () => handshake((socket) => socket.once('data', () => socket.destroy())), right: 'not-answered' },
    nameless: { make: async () => tls({ port: 1, stop: async () => {} }, NOWHERE) },
  },
})

async function page(serve: Parameters<typeof farSide>[0], more: object = {}): Promise<ProbeCase> {
  const side = await farSide(serve)
  return { ...http(side.port, '127.0.0.1', more), stop: side.stop }
}

function http(port: number, host = '127.0.0.1', more: object = {}): ProbeCase {
  const url = `http://${host}:${port}/verysecretpath`
  const headers = { authorization: 'Bearer verysecretword' }
  const config = httpShape.parse({ url, headers, text: 'Sign in', deadlineMs, ...more })
  return { probe: httpProbe(name, config, systemClock), deadlineMs }
}

const reply = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`

probeContract('http', {
  make: () => page((socket) => socket.once('data', () => socket.end(reply('200 OK', 'Sign in to verysecretpage')))),
  secrets: ['verysecretpath', 'verysecretword', 'verysecretpage'],
  broken: {
    dead: { make: async () => http(await deadPort()) },
    frozen: { make: () => page(() => {}) },
    slow: { make: () => page(slowly(reply('200 OK', 'Sign in to it'))) },
    garbage: { make: () => page(garbage) },
    refusing: { make: () => page((socket) => socket.once('data', () => socket.end(reply('403 Forbidden', '')))) },
    nameless: { make: async () => http(80, NOWHERE) },
  },
})

/** A name server of a few lines: `answer` makes a reply of a question, or none. */
async function nameServer(answer: (question: Buffer) => Buffer | undefined): Promise<ProbeCase> {
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    const said = answer(question)
    if (said !== undefined) socket.send(said, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    ...dns(socket.address().port),
    stop: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function dns(port: number): ProbeCase {
  const config = dnsShape.parse({
    ask: 'ehr.practice.example',
    server: '127.0.0.1',
    port,
    expect: ['10.0.0.5'],
    deadlineMs,
  })
  return { probe: dnsProbe(name, config), deadlineMs }
}

/** The question again, as an answer with this code and, when there is one, this address. */
function said(question: Buffer, code: number, address?: number[]): Buffer {
  const head = Buffer.from(question.subarray(0, 12))
  head.writeUInt16BE(0x8180 | code, 2)
  head.writeUInt16BE(address === undefined ? 0 : 1, 6)
  // c-ares adds an OPT record of its own; without it the question stands alone.
  head.writeUInt16BE(0, 10)
  const end = question.indexOf(0, 12) + 5
  const record = address === undefined ? [] : [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address]
  return Buffer.concat([head, question.subarray(12, end), Buffer.from(record)])
}

probeContract('dns', {
  make: () => nameServer((question) => said(question, 0, [10, 0, 0, 5])),
  secrets: [],
  broken: {
    dead: {
      make: async () => {
        const side = await nameServer(() => undefined)
        await side.stop?.()
        return { probe: side.probe, deadlineMs }
      },
    },
    frozen: { make: () => nameServer(() => undefined) },
    slow: { doesNotApply: 'an answer is one datagram: it comes or it does not' },
    garbage: {
      make: () => nameServer((question) => Buffer.concat([question.subarray(0, 2), Buffer.from('nonsense')])),
    },
    refusing: { make: () => nameServer((question) => said(question, 5)) },
    nameless: { make: () => nameServer((question) => said(question, 3)), right: 'finding' },
  },
})
