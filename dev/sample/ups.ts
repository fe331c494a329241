import { createServer, type Socket } from 'node:net'
import { SECOND } from '../../src/base/time.ts'

/** A UPS whose mains can be taken away. It speaks as much of NUT's line protocol (RFC 9271) as asking it how it is takes. */
export type SampleUps = AsyncDisposable & {
  readonly port: number
  readonly mains: boolean
  /** On the battery from now on, which is low after a while. */
  fail(): void
  back(): void
  /** Calls `hear` whenever it says something else than before. */
  hear(hear: () => void): void
}

/** As NUT knows it. */
export const UPS_NAME = 'server-room'
/** A real one lasts for twenty minutes: nobody who tries the sample has those. */
export const LOW_AFTER_MS = 20 * SECOND

const SAYS = {
  mains: ['OL', 1320, 100, 120],
  battery: ['OB DISCHRG', 600, 61, 0],
  low: ['OB DISCHRG LB', 120, 12, 0],
} as const

/** Listens on 127.0.0.1 at `port` (0: any). */
export function startUps(port: number, lowAfterMs = LOW_AFTER_MS): Promise<SampleUps> {
  let is: keyof typeof SAYS = 'mains'
  let low: NodeJS.Timeout | undefined
  const hearing: (() => void)[] = []
  const become = (next: typeof is): void => {
    is = next
    for (const hear of hearing) hear()
  }
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    let said = ''
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
    socket.on('data', (bytes) => {
      const lines = (said + String(bytes)).split('\n')
      said = lines.pop() ?? ''
      for (const line of lines) socket.write(answerTo(line, is))
      if (lines.includes('LOGOUT')) socket.end()
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        get mains() {
          return is === 'mains'
        },
        fail: () => {
          if (is !== 'mains') return
          low = setTimeout(() => become('low'), lowAfterMs)
          become('battery')
        },
        back: () => {
          clearTimeout(low)
          become('mains')
        },
        hear: (hear) => void hearing.push(hear),
        [Symbol.asyncDispose]: () =>
          new Promise((closed) => {
            clearTimeout(low)
            server.close(() => closed())
            for (const socket of open) socket.destroy()
          }),
      })
    })
  })
}

function answerTo(line: string, is: keyof typeof SAYS): string {
  if (line === 'LOGOUT') return 'OK Goodbye\n'
  if (line !== `LIST VAR ${UPS_NAME}`)
    return line.startsWith('LIST VAR ') ? 'ERR UNKNOWN-UPS\n' : 'ERR UNKNOWN-COMMAND\n'
  const [status, runtimeS, charge, volts] = SAYS[is]
  const said: { [name: string]: string | number } = {
    'battery.charge': charge,
    'battery.date': '2025/03/14',
    'battery.runtime': runtimeS,
    'input.voltage': volts,
    'ups.load': 31,
    'ups.status': status,
  }
  const all = Object.entries(said).map(([name, value]) => `VAR ${UPS_NAME} ${name} "${value}"\n`)
  return `BEGIN ${line}\n${all.join('')}END ${line}\n`
}
