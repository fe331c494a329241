import { watch } from 'node:fs'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { PRACTICE_NAME } from '../practice/sites.ts'
import { emptySheet, linesOn, noteOn, sheetIn } from './sheet.ts'
import { type SampleUps, startUps, UPS_NAME } from './ups.ts'

/**
 * What a practice has around its computers, for the sample: a UPS, a pager, and systems that can be stopped. Stopping one writes a line on a sheet in
 * the sample's folder, and so does the pager when it gets something: in the order in which it came.
 */
export type Outside = AsyncDisposable & {
  ups: SampleUps
  pagerPort: number
  /** The last lines of the sheet. */
  lines(): string[]
  /** Takes the mains away, with an empty sheet. */
  powerFails(): void
  /** Calls `hear` when the UPS says something else, or the sheet has another line. */
  hear(hear: () => void): void
}

const STOP = resolve(import.meta.dirname, 'stop-child.ts')
const SHOWN = 12
/** As the plan's order has them. */
const STOPS = ['The EHR', 'The databases, with a last checkpoint', 'Host A', 'Host B']

/** The probe of the UPS with the written order of the practice, for the hub's configuration. */
export function upsProbe(folder: string, port: number): object {
  return {
    id: 'server-ups',
    name: 'Server room UPS',
    kind: 'nut',
    every: '5s',
    host: '127.0.0.1',
    port,
    ups: UPS_NAME,
    onBattery: {
      after: '10m',
      stop: STOPS.map((name) => ({ name, run: [process.execPath, STOP, sheetIn(folder), name], within: '30s' })),
    },
  }
}

/** Where the hub's notices go, for its configuration. */
export function pagerNotices(port: number): object {
  return { webhooks: [{ name: 'pager', url: `http://127.0.0.1:${port}/`, secret: 'known to the sample only' }] }
}

export async function startOutside(folder: string, ports: { ups: number; pager: number }): Promise<Outside> {
  const sheet = sheetIn(folder)
  emptySheet(sheet)
  await using started = new AsyncDisposableStack()
  const pager = started.use(
    await startPager(ports.pager, (subject) =>
      noteOn(sheet, `The pager: ${subject.replace(`${PRACTICE_NAME}: `, '')}`),
    ),
  )
  const ups = started.use(await startUps(ports.ups))
  const hearing: (() => void)[] = []
  const tell = (): void => hearing.forEach((hear) => hear())
  const watching = watch(sheet, tell)
  started.defer(() => watching.close())
  ups.hear(tell)
  const all = started.move()
  return {
    ups,
    pagerPort: pager.port,
    lines: () => linesOn(sheet).slice(-SHOWN),
    powerFails: () => {
      if (!ups.mains) return
      emptySheet(sheet)
      noteOn(sheet, 'The mains are out')
      ups.fail()
    },
    hear: (hear) => void hearing.push(hear),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** A far side of webhooks that takes everything, and knows what it was about. */
function startPager(port: number, took: (subject: string) => void): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, reply) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      took(subjectOf(Buffer.concat(pieces).toString('utf8')))
      reply.writeHead(204).end()
    })
  })
  return new Promise((started, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      started({
        port: typeof address === 'object' && address !== null ? address.port : port,
        [Symbol.asyncDispose]: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}

function subjectOf(text: string): string {
  try {
    const said: unknown = JSON.parse(text)
    if (typeof said === 'object' && said !== null && 'subject' in said) return String(said.subject)
  } catch {
    // Not one of ours.
  }
  return 'something that it does not understand'
}
