import { once } from 'node:events'
import { type IncomingMessage, request as plainly, type RequestOptions } from 'node:http'
import { request as securely } from 'node:https'
import { rootCertificates, TLSSocket } from 'node:tls'
import type { Clock } from '../../base/time.ts'
import { certificateOf } from '../certificate.ts'
import { answered, looking, notAnswered, wordOf } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import type { Answer, Finding, Measured, Probe, ProbeName } from '../probe.ts'
import type { HttpConfig } from './config.ts'

const MOST_BYTES = 256 * 1024

/** Whether a page answers as it should: its status, words on it, its certificate. */
export function httpProbe({ id, observes }: ProbeName, config: HttpConfig, clock: Clock): Probe {
  // Only the host: an address may carry a secret in its path.
  const what = `The page at ${new URL(config.url).host}`
  return {
    id,
    kind: 'http',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, clock, over)),
  }
}

async function lookOnce(what: string, config: HttpConfig, clock: Clock, over: AbortSignal): Promise<Answer> {
  const host = new URL(config.url).hostname.replace(/^\[|\]$/g, '')
  await nameKnown(host, config.deadlineMs, over)
  const began = performance.now()
  const reply = await ask(config, over).catch((thrown: unknown) => {
    const code = wordOf(thrown)
    if (code?.startsWith('HPE_')) return notAnswered(`${what} answers, but not in HTTP (${code}).`)
    if (code === 'EPROTO' || code?.startsWith('ERR_SSL'))
      return notAnswered(`${what} answers, but it does not speak TLS as it should (${code}).`)
    throw thrown
  })
  if ('answer' in reply) return reply
  const firstByteMs = Math.round(performance.now() - began)
  const seen =
    reply.socket instanceof TLSSocket
      ? certificateOf(reply.socket, { ...config, name: host, now: clock.now() })
      : undefined
  const body = await bodyOf(reply)
  const status = reply.statusCode ?? 0
  const measured: Measured[] = [
    { what: 'HTTP status', value: String(status), unit: 'text' },
    { what: 'first byte in', value: firstByteMs, unit: 'ms' },
    { what: 'page size', value: body.length, unit: 'bytes' },
    ...(seen?.measured ?? []),
  ]
  const findings = [...pageFindings(config, status, body), ...(seen?.findings ?? [])]
  const certificate = seen === undefined ? '' : `; ${seen.because}`
  return answered(`${what} answered ${status}${certificate}.`, measured, findings)
}

async function ask(config: HttpConfig, over: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = {
    agent: false,
    signal: over,
    headers: { 'user-agent': 'holdfast', ...config.headers },
    ...(config.from === undefined ? {} : { localAddress: config.from }),
  }
  const asked = config.url.startsWith('https:')
    ? securely(config.url, {
        ...options,
        rejectUnauthorized: false,
        ...(config.ca === undefined ? {} : { ca: [...rootCertificates, config.ca] }),
      })
    : plainly(config.url, options)
  asked.on('error', () => {})
  asked.end()
  const [reply]: IncomingMessage[] = await once(asked, 'response')
  if (reply === undefined) throw new Error('no response')
  return reply
}

/** What it says, up to a limit: nobody needs more to know that it is well. */
async function bodyOf(reply: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of reply) {
    if (!(piece instanceof Buffer)) continue
    pieces.push(piece)
    size += piece.length
    if (size >= MOST_BYTES) break
  }
  reply.destroy()
  return Buffer.concat(pieces).subarray(0, MOST_BYTES)
}

function pageFindings(config: HttpConfig, status: number, body: Buffer): Finding[] {
  const well = config.status === undefined ? status >= 200 && status < 300 : config.status.includes(status)
  const wanted = config.status === undefined ? 'a 2xx' : config.status.join(' or ')
  if (!well) return [{ weight: 'act', because: `It answered ${status}, and ${wanted} was expected.` }]
  if (config.text !== undefined && !body.includes(config.text))
    return [{ weight: 'act', because: 'The words that stand on a well page are not on it.' }]
  return []
}
