import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { HOUR, systemClock } from '../../src/base/time.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import { openHl7v2Source } from '../../src/connect/hl7v2/connector.ts'
import { framed } from '../../src/connect/hl7v2/framing.ts'
import { type ContractCase, ehrSourceContract, type HealthyCase } from './ehr-source.ts'

const DEADLINE_MS = 500

/** A source that listens, and what a sender did to it. */
async function fed(feed: (socket: Socket) => Promise<void>): Promise<ContractCase> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-contract-hl7v2-'))
  const source = await openHl7v2Source(
    hl7v2Config.parse({
      id: 'feed',
      kind: 'hl7v2',
      listen: { port: 0 },
      journal: { folder },
      zone: 'America/New_York',
      limits: { messageMs: 100 },
    }),
    { log: silentLog, clock: systemClock },
  )
  const socket = connect({ port: source.port, host: '127.0.0.1' })
  socket.on('error', () => {})
  await once(socket, 'connect')
  await feed(socket)
  const now = systemClock.now()
  return {
    source,
    deadlineMs: DEADLINE_MS,
    window: { from: now - 24 * HOUR, to: now + 24 * HOUR },
    stop: async () => {
      socket.destroy()
      await rm(folder, { recursive: true })
    },
  }
}

async function answered(socket: Socket, count: number): Promise<void> {
  let seen = 0
  while (seen < count) {
    const [chunk]: Buffer[] = await once(socket, 'data')
    seen += chunk?.toString().split('MSA|').length ?? 1
    seen -= 1
  }
}

const message = (serial: number, type: string, ...lines: string[]): Buffer =>
  framed([`MSH|^~\\&|APP|FAC|||20261122||${type}|C${serial}|P|2.5.1`, ...lines].join('\r'))
const pid = (serial: number): string => `PID|1||${serial}^^^HV^MR||Quillfeather^Ana||19880818|F`

async function healthy(): Promise<HealthyCase> {
  const made = await fed(async (socket) => {
    for (let i = 0; i < 20; i++) {
      socket.write(message(i, 'ADT^A04', pid(i), `AL1|1||A${i}^Allergen^L`))
      socket.write(message(100 + i, 'SIU^S12', `SCH|P${i}|F${i}`, pid(i), `AIS|1|A|x|20261123${10 + (i % 8)}00`))
    }
    socket.write(message(900, 'DFT^P03', pid(1)))
    socket.write(framed('Quillfeather is no message'))
    await answered(socket, 42)
  })
  return { ...made, patients: 20, appointments: 20, setAside: 2, secrets: ['Quillfeather', '19880818'], panel: false }
}

ehrSourceContract('hl7v2', {
  make: healthy,
  broken: {
    dead: { make: () => fed(async (socket) => void socket.destroy()) },
    frozen: { make: () => fed(async () => {}) },
    slow: {
      make: () =>
        fed(async (socket) => {
          socket.write(message(1, 'ADT^A04', pid(1)).subarray(0, 40))
          await answered(socket, 1)
        }),
    },
    garbage: {
      make: () =>
        fed(async (socket) => {
          socket.write(framed(Buffer.from([0, 1, 2, 250, 251, 252, 9, 65])))
          await answered(socket, 1)
        }),
    },
    'half-answering': {
      make: () =>
        fed(async (socket) => {
          socket.end(message(1, 'ADT^A04', pid(1)).subarray(0, 60))
          await once(socket.resume(), 'close')
        }),
    },
  },
})
