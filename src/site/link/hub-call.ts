import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { z } from 'zod'
import { Failure, reasonOf } from '../../base/failure.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import { connectPinned } from './pinned.ts'

/** How the hub is reached. Plain http is for a hub on this very machine (the sample); anything else must be https. */
export type HubAddress = { url: string; trust: { caPem: string } | 'not-yet' }

export type HubCall = {
  method: 'GET' | 'POST'
  /** With its query. */
  path: string
  body?: string
  headers?: { [name: string]: string }
  /** Nothing heard for so long ends the call. */
  silenceMs?: number
  signal?: AbortSignal
}

export type HubAnswer = { status: number; headers: IncomingMessage['headers']; bytes: AsyncIterable<Uint8Array> }

/** What the hub says when it refuses. */
const refusal = z.object({ because: z.string(), hubNow: z.number().optional() })

export class Refused extends Failure {
  readonly status: number
  readonly hubNow: number | undefined

  constructor(status: number, because: string, hubNow: number | undefined, retryAfterMs: number | undefined) {
    const kind = status === 429 || status >= 500 || status === 401 ? 'transient' : 'permanent'
    super(kind, because, retryAfterMs === undefined ? {} : { retryAfterMs })
    this.status = status
    this.hubNow = hubNow
  }
}

/**
 * One request to the hub. Throws Failure('transient') when the hub cannot be reached or falls silent, and `Refused` when it answers with no.
 */
export async function callHub(address: HubAddress, call: HubCall): Promise<HubAnswer> {
  const answer = await send(address, call)
  const status = answer.statusCode ?? 0
  if (status >= 200 && status < 300) return { status, headers: answer.headers, bytes: asFailures(answer) }
  const text = await textOf(answer, 65_536).catch(() => '')
  const said = refusal.safeParse(jsonOrNothing(text)).data
  const after = Number(answer.headers['retry-after'])
  throw new Refused(
    status,
    said?.because ?? `The hub answered with ${status} and no reason.`,
    said?.hubNow,
    after > 0 ? after * SECOND : undefined,
  )
}

/** The same, for JSON: the answer must have `shape`, or it is a Failure('permanent'). */
export async function callForJson<Value>(address: HubAddress, call: HubCall, shape: z.ZodType<Value>): Promise<Value> {
  const answer = await callHub(address, call)
  const text = await textOf(answer.bytes, 200_000_000)
  const parsed = shape.safeParse(jsonOrNothing(text))
  if (parsed.success) return parsed.data
  throw new Failure(
    'permanent',
    'The hub answered with something that this version does not understand. Update this site.',
  )
}

async function send(address: HubAddress, call: HubCall): Promise<IncomingMessage> {
  const url = new URL(call.path, address.url)
  const secure = url.protocol === 'https:'
  if (!secure && !isLoopback(url.hostname))
    throw new Failure('permanent', 'The hub must be reached by https, unless it runs on this very machine.')
  const silenceMs = call.silenceMs ?? MINUTE / 2
  const caPem = address.trust === 'not-yet' ? undefined : address.trust.caPem
  try {
    const socket = secure ? await connectPinned(url, caPem, Math.min(silenceMs, 10 * SECOND), call.signal) : undefined
    return await exchange(url, call, silenceMs, socket)
  } catch (cause) {
    throw new Failure('transient', `The hub cannot be reached (${reasonOf(cause)}).`, { cause })
  }
}

function exchange(url: URL, call: HubCall, silenceMs: number, socket: TLSSocket | undefined): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method: call.method,
    headers: {
      host: url.host,
      connection: 'close',
      ...call.headers,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    timeout: silenceMs,
    host: url.hostname,
    path: call.path,
    // Over the line that was proven above; each call has its own.
    ...(socket === undefined ? { agent: false, port: url.port } : { createConnection: () => socket }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(options, resolve)
    sent.on('timeout', () => sent.destroy(new Error(`it said nothing for ${Math.round(silenceMs / SECOND)} s`)))
    sent.on('error', reject)
    sent.end(call.body)
  })
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

async function* asFailures(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } catch (cause) {
    throw new Failure('transient', `The hub broke off in the middle of its answer (${reasonOf(cause)}).`, { cause })
  }
}

async function textOf(bytes: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of bytes) {
    size += part.length
    if (size > most) throw new Failure('permanent', 'The hub answered with more than can be right.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
