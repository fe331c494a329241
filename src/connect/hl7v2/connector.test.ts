import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '../../base/failure.ts'
import { silentLog } from '../../base/log.ts'
import type { Instant } from '../../base/time.ts'
import { outcomes } from '../../chart/apply.ts'
import type { Chart } from '../../chart/chart.ts'
import type { Cursor, SetAside, SourcePart } from '../ehr.ts'
import { type Hl7v2Config, hl7v2Config } from './config.ts'
import { type Hl7v2Source, openHl7v2Source } from './connector.ts'
import { framed, makeFramer } from './framing.ts'

const NOON = Date.parse('2026-11-22T17:00:00Z')
const window = { from: NOON, to: NOON + 1 }

type Rig = AsyncDisposable & {
  source: Hl7v2Source
  clock: { now: () => Instant }
  folder: string
  config: Hl7v2Config
  call: () => Promise<Caller>
  parts: (cursor?: Cursor | null) => Promise<SourcePart[]>
}
type Caller = {
  socket: Socket
  send: (bytes: Buffer | string) => void
  answers: (count: number) => Promise<string[]>
  closed: Promise<unknown>
}

async function rig(options: object = {}, held?: string): Promise<Rig> {
  const folder = held ?? (await mkdtemp(join(tmpdir(), 'holdfast-hl7-')))
  const config = hl7v2Config.parse({
    id: 'feed',
    kind: 'hl7v2',
    listen: { port: 0 },
    journal: { folder, key: 'k'.repeat(32) },
    zone: 'America/New_York',
    ...options,
  })
  const clock = { now: () => NOON }
  const source = await openHl7v2Source(config, { log: silentLog, clock })
  const callers: Socket[] = []
  return {
    source,
    clock,
    folder,
    config,
    async call() {
      const caller = await calling(source.port)
      callers.push(caller.socket)
      return caller
    },
    async parts(cursor = null) {
      const parts: SourcePart[] = []
      for await (const part of source.read({ cursor, window })) parts.push(part)
      return parts
    },
    async [Symbol.asyncDispose]() {
      for (const socket of callers) socket.destroy()
      await source[Symbol.asyncDispose]()
      if (held === undefined) await rm(folder, { recursive: true })
    },
  }
}

async function calling(port: number): Promise<Caller> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  // Whoever is hung up on may see a reset: that is an end like any other.
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const framer = makeFramer(1e6)
  const heard: string[] = []
  socket.on('data', (chunk) => {
    for (const frame of framer.push(chunk)) if (frame.type === 'message') heard.push(frame.bytes.toString())
    socket.emit('heard')
  })
  return {
    socket,
    closed,
    send: (bytes) => socket.write(bytes),
    async answers(count) {
      while (heard.length < count && !socket.closed)
        await Promise.race([new Promise((resolve) => socket.once('heard', resolve)), closed])
      return heard.map((answer) => /MSA\|(..)\|([^|\r]*)/.exec(answer)?.slice(1, 3).join(' ') ?? answer)
    },
  }
}

const message = (controlId: string, patient = controlId, rest: string[] = []): string =>
  [
    `MSH|^~\\&|APP|FAC|US|HERE|20261122115900||ADT^A08|${controlId}|P|2.5.1`,
    `PID|1||${patient}^^^HV^MR||Rivera^Ana||19880818|F`,
    ...rest,
  ].join('\r')
const setAsideIn = (parts: SourcePart[]): SetAside[] =>
  parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
const endOf = (parts: SourcePart[]): Cursor => {
  const last = parts.at(-1)
  assert.ok(last?.type === 'end')
  return last.cursor
}
function chartsFrom(parts: SourcePart[]): Map<string, Chart> {
  const charts = new Map<string, Chart>()
  for (const part of parts)
    if (part.type === 'charts')
      for (const change of part.changes)
        for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
          if (chart === undefined) charts.delete(patientId)
          else charts.set(patientId, chart)
  return charts
}

test('every message of a batch is stored and answered; both acknowledgements go out where both are asked for', async () => {
  await using it = await rig()
  const { send, answers } = await it.call()
  const [one, two] = [message('b1', '1'), message('b2', '2')]
  send(framed(`BHS|^~\\&|APP\r${one}\r${two}\rBTS|2`))
  send(framed(`BHS|^~\\&|APP\r${one}\rBTS|2`))
  send(framed(message('both', '3').replace('|P|2.5.1', '|P|2.5.1|||AL|AL')))
  assert.deepEqual((await answers(4)).slice(1), ['AE ', 'CA both', 'AA both'])
  assert.match((await answers(1))[0] ?? '', /AA b1/)
  const parts = await it.parts()
  assert.deepEqual([...chartsFrom(parts).keys()], ['1', '2', '3'])
  assert.match(setAsideIn(parts)[0]?.because ?? '', /holds 2 messages, and 1 came/)
})

test('however bytes arrive, every message is answered once and in order', async () => {
  await using held = await rig()
  const { send, answers } = await held.call()
  send(Buffer.concat([framed(message('1')), framed(message('2'))]))
  await answers(2)
  for (const byte of framed(message('3'))) send(Buffer.of(byte))
  const four = framed(message('4'))
  send(four.subarray(0, -1))
  send(four.subarray(-1))
  const [five, six] = [framed(message('5')), framed(message('6'))]
  send(Buffer.concat([five, six.subarray(0, 40)]))
  await answers(5)
  send(six.subarray(40))
  send(framed(message('7').replaceAll('\r', '\n')))
  assert.deepEqual(await answers(7), ['AA 1', 'AA 2', 'AA 3', 'AA 4', 'AA 5', 'AA 6', 'AA 7'])
  assert.equal(chartsFrom(await held.parts()).size, 7)
})

test('a document of more than a megabyte is taken, one over the limit is refused and the next is read', async () => {
  await using held = await rig({ limits: { messageBytes: 2_000_000 } })
  const { send, answers } = await held.call()
  const pdf = (bytes: number): string => `OBX|1|ED|x^Scan||^application^pdf^Base64^${'A'.repeat(bytes)}`
  send(framed(message('big', '1', [pdf(1_200_000)])))
  send(framed(message('huge', '2', [pdf(2_100_000)])))
  send(framed(message('next', '3')))
  assert.deepEqual(await answers(3), ['AA big', 'AR huge', 'AA next'])
  const [record] = setAsideIn(await held.parts())
  assert.match(record?.because ?? '', /longer than the 2000000 bytes/)
  assert.ok((record?.raw.length ?? 1e9) <= 64 * 1024)
})

test('other encodings are read by MSH-18', async () => {
  await using held = await rig()
  const { send, answers } = await held.call()
  const text = message('latin').replace('2.5.1', '2.5.1||||||8859/1').replace('Ana', 'Renée')
  send(framed(Buffer.from(text, 'latin1')))
  await answers(1)
  assert.deepEqual(chartsFrom(await held.parts()).get('latin')?.patient.name.given, ['Renée'])
})

test('what is no message is refused with a reason, kept aside, and hurts nobody', async () => {
  await using held = await rig()
  const { send, answers } = await held.call()
  send(framed('PID|1||7'))
  send(framed('MSH|^~\\&|APP|FAC|||20261122||ADT^A08||P|2.5\rPID|1||7'))
  send(framed(message('v3').replace('|2.5.1', '|3.0')))
  send(framed(message('query').replace('ADT^A08', 'QRY^A19')))
  send(`GET / HTTP/1.1\r\n\r\n`)
  send(framed(message('good')))
  assert.deepEqual(await answers(5), ['AE ', 'AE ', 'AR v3', 'AR query', 'AA good'])
  const records = setAsideIn(await held.parts())
  assert.equal(records.length, 5)
  assert.equal(new Set(records.map(({ key }) => key)).size, 5)
  assert.match(records.map(({ because }) => because).join('\n'), /MSH segment.*MSH-10.*MSH-12.*query.*outside of any/s)
})

test('a message that is begun and not ended is refused after its deadline; one without a carriage return is taken', async () => {
  await using held = await rig({ limits: { messageMs: 50 } })
  const { send, answers } = await held.call()
  send(`\x0b${message('half')}`)
  assert.deepEqual(await answers(1), ['AE half'])
  send(framed(message('whole')).subarray(0, -1))
  assert.deepEqual(await answers(2), ['AE half', 'AA whole'])
})

test('a peer that hangs up in the middle loses nothing that was acknowledged, and is answered what it had sent', async () => {
  await using held = await rig()
  const first = await held.call()
  first.send(framed(message('1')))
  await first.answers(1)
  first.send(framed(message('2')).subarray(0, 50))
  first.socket.destroy()
  const second = await held.call()
  second.send(framed(message('2')))
  second.socket.end()
  assert.deepEqual(await second.answers(1), ['AA 2'])
  assert.deepEqual([...chartsFrom(await held.parts()).keys()], ['1', '2'])
})

test('a message that comes twice is acknowledged twice and kept once, over a restart too; a control id used again is new', async () => {
  await using held = await rig()
  const { send, answers } = await held.call()
  for (let i = 0; i < 3; i++) send(framed(message('1', 'a')))
  send(framed(message('1', 'b')))
  assert.deepEqual(await answers(4), ['AA 1', 'AA 1', 'AA 1', 'AA 1'])
  const signal = await held.source.probe()
  assert.match(signal.because, /2 messages taken, 2 came twice/)
  await held.source[Symbol.asyncDispose]()
  await using again = await rig({}, held.folder)
  const after = await again.call()
  after.send(framed(message('1', 'a')))
  assert.deepEqual(await after.answers(1), ['AA 1'])
  assert.match((await again.source.probe()).because, /0 messages taken, 1 came twice/)
  assert.deepEqual([...chartsFrom(await again.parts()).keys()], ['a', 'b'])
})

test('replay from the journal rebuilds the same charts, byte for byte, and so does reading on from cursors', async () => {
  await using held = await rig({
    journal: { folder: await mkdtemp(join(tmpdir(), 'holdfast-hl7-')), rotateBytes: 4096 },
  })
  const { send, answers } = await held.call()
  const pieces: SourcePart[] = []
  let cursor: Cursor | null = null
  for (let i = 0; i < 60; i++) {
    send(framed(message(`m${i}`, `p${i % 7}`, [`AL1|1||A${i}^Allergen ${i}^L`, `DG1|1||D${i % 9}^Problem^L`])))
    if (i % 20 !== 19) continue
    await answers(i + 1)
    const parts = await held.parts(cursor)
    pieces.push(...parts)
    cursor = endOf(parts)
  }
  const live = JSON.stringify([...chartsFrom(pieces)])
  assert.equal(JSON.stringify([...chartsFrom(await held.parts(null))]), live)
  await held.source[Symbol.asyncDispose]()
  await using again = await rig({ journal: { folder: held.config.journal.folder, rotateBytes: 4096 } })
  assert.equal(JSON.stringify([...chartsFrom(await again.parts(null))]), live)
  assert.equal((await again.parts(cursor)).filter((part) => part.type === 'charts').length, 0)
  await rm(held.config.journal.folder, { recursive: true })
})

test('a visit that was booked before a merge is told for the chart that is left', async () => {
  await using held = await rig()
  const { send, answers } = await held.call()
  const visit = message('1', '8', ['SCH|A1|F1', 'AIS|1|A|x|20261123093000']).replace('ADT^A08', 'SIU^S12')
  send(framed(visit))
  send(framed(message('2', '7', ['MRG|8^^^HV^MR']).replace('ADT^A08', 'ADT^A40')))
  await answers(2)
  const parts = await held.parts()
  assert.deepEqual([...chartsFrom(parts).keys()], ['7'])
  const [told] = parts.flatMap((part) => (part.type === 'appointments' ? part.changes : []))
  assert.equal(told?.type === 'appointment' && told.appointment.patientId, '7')
})

test('asOf is when the sender said it, never later than it came; silence does not make it newer', async () => {
  await using held = await rig({ silentAfterMs: 60 * 60 * 1000 })
  const before = await held.source.probe()
  assert.ok(!before.answered && before.kind === 'transient')
  await assert.rejects(held.parts(), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
  const { send, answers } = await held.call()
  send(framed(message('1')))
  send(framed(message('ahead').replace('20261122115900', '20271122115900')))
  await answers(2)
  const told = (await held.parts()).at(-1)
  assert.equal(told?.type === 'end' && told.asOf, NOON)
  assert.equal(chartsFrom(await held.parts()).get('1')?.asOf, NOON - 60_000)
  held.clock.now = () => NOON + 2 * 60 * 60 * 1000
  const silent = await held.source.probe()
  assert.ok(!silent.answered && /silent/.test(silent.because))
})

test('only peers of the allow-list are heard, only so many at once, and not one that is refused again and again', async () => {
  await using closed = await rig({ peers: ['10.1.0.0/16'] })
  await (await closed.call()).closed
  await using held = await rig({ limits: { connections: 1, refusals: 3 } })
  const first = await held.call()
  await (await held.call()).closed
  for (let i = 0; i < 3; i++) first.send(framed('nonsense'))
  await first.answers(3)
  await first.closed
})

test('a port that is taken is said, with what to do about it left to a person', async () => {
  await using held = await rig()
  await assert.rejects(
    rig({ listen: { port: held.source.port } }),
    (thrown) => thrown instanceof Failure && thrown.kind === 'permanent' && /Cannot listen/.test(thrown.message),
  )
})
