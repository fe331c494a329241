import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'

/**
 * A far side of webhooks that keeps its promise: it acts on each key once, and remembers on disk, before it answers, which it has acted on. Its journal
 * has a line for each request that it heard (`heard`) and each that it acted on (`acted`), so one can also count what a far side that keeps no
 * keys would have shown. `node sink-child.ts PORT JOURNAL`; who started it may have it wait at a stage, and kills it as it likes.
 */
export type SinkStage = 'heard' | 'acted'
export type SinkSaid = { at: SinkStage | 'answered'; key: string; held: boolean }
export type SinkWord = { hold: SinkStage } | { goOn: true }

const [port, journal] = process.argv.slice(2)
if (port === undefined || journal === undefined) throw new Error('sink-child.ts PORT JOURNAL')

const known = new Set(
  (existsSync(journal) ? readFileSync(journal, 'utf8') : '').split('\n').flatMap((line) => {
    const [what, key] = line.split(' ')
    return what === 'acted' && key !== undefined ? [key] : []
  }),
)
const file = openSync(journal, 'a')
let holdAt: SinkStage | undefined
let release: (() => void) | undefined

process.on('message', (word: SinkWord) => {
  if ('hold' in word) holdAt = word.hold
  else {
    holdAt = undefined
    release?.()
  }
})
process.once('disconnect', () => process.exit())

function write(what: SinkStage, key: string): void {
  writeSync(file, `${what} ${key}\n`)
  fsyncSync(file)
}

function say(said: SinkSaid): void {
  process.send?.(said)
}

async function stage(at: SinkStage, key: string): Promise<void> {
  const held = holdAt === at
  if (held) holdAt = undefined
  say({ at, key, held })
  if (held) await new Promise<void>((go) => (release = go))
}

const server = createServer((request, reply) => {
  request.resume()
  request.once('end', () => {
    void (async () => {
      const key = String(request.headers['idempotency-key'])
      write('heard', key)
      await stage('heard', key)
      if (!known.has(key)) {
        known.add(key)
        write('acted', key)
      }
      await stage('acted', key)
      reply.writeHead(204).end()
      say({ at: 'answered', key, held: false })
    })()
  })
})
server.listen(Number(port), '127.0.0.1', () => process.send?.({ up: true }))
server.once('close', () => closeSync(file))
