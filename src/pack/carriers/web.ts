import { AwsClient } from 'aws4fetch'
import { Failure, reasonOf } from '../../base/failure.ts'
import { SECOND } from '../../base/time.ts'
import type { WritableCarrier } from '../carrier.ts'
import { parseSigned } from '../manifest.ts'
import { skip } from './skip.ts'

export type WebStoreConfig = {
  /** What `<packId>.json` and `files/...` are appended to: `https://packs.example.org/harbor-valley`. */
  url: string
  /** For writing, and for reading what is not public: keys of an S3-compatible store. Without them requests carry no credentials. */
  s3?: { accessKeyId: string; secretAccessKey: string; region: string }
  /** Longest silence of the far side that is put up with, before and in an answer. Default 20 s. */
  silenceMs?: number
}

/** A line that is slower than 50 KB a second cannot carry a panel. */
const SLOWEST_BYTES_PER_MS = 50
const MOST_MANIFEST_BYTES = 100_000_000

/**
 * Any plain web server (reading), and any S3-compatible store or server that takes PUT (reading and writing). Files are immutable and named by their
 * content, so caches in between do no harm; manifests are asked for past them.
 */
export function webCarrier(config: WebStoreConfig): WritableCarrier {
  const { base, credentials } = addressOf(config.url)
  const where = base
  const silenceMs = config.silenceMs ?? 20 * SECOND
  const aws = config.s3 === undefined ? undefined : new AwsClient({ ...config.s3, service: 's3', retries: 0 })
  const fileUrl = (name: string): string => `${base}/files/${name.slice(0, 2)}/${name}`

  /** The first line of an answer must come within `waitMs`; each piece of its body has a limit of its own. */
  const ask = async (url: string, init: Ask, signal?: AbortSignal, waitMs = silenceMs): Promise<Response> => {
    const controller = new AbortController()
    const stop = (): void => controller.abort(signal?.reason)
    const silence = setTimeout(() => controller.abort(new Error(`no answer within ${waitMs} ms`)), waitMs)
    signal?.addEventListener('abort', stop, { once: true })
    try {
      signal?.throwIfAborted()
      const headers = { ...credentials, ...init.headers }
      const request = aws === undefined ? new Request(url, { ...init, headers }) : await aws.sign(url, init)
      return await fetch(request, { redirect: 'error', signal: controller.signal })
    } catch (thrown) {
      throw away(where, thrown)
    } finally {
      clearTimeout(silence)
      signal?.removeEventListener('abort', stop)
    }
  }

  return {
    where,
    async manifest(packId, signal) {
      const answer = await ask(`${base}/${packId}.json`, { headers: { 'cache-control': 'no-cache' } }, signal)
      if (answer.status === 404) return drained(answer, null)
      await refuse(answer, where)
      return parseSigned((await whole(body(answer, where, silenceMs, signal, MOST_MANIFEST_BYTES))).toString('utf8'))
    },
    async file(name, from, signal) {
      const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` }
      const answer = await ask(fileUrl(name), { headers }, signal)
      if (answer.status === 404)
        throw await drained(
          answer,
          new Failure('transient', `A pack file is not at ${where} (any more). The manifest is asked for again.`),
        )
      await refuse(answer, where)
      const bytes = body(answer, where, silenceMs, signal)
      // A server that does not know ranges sends the whole.
      return answer.status === 206 ? bytes : skip(bytes, from)
    },
    async holds({ name, sizeBytes }, signal) {
      const answer = await ask(fileUrl(name), { method: 'HEAD' }, signal)
      if (answer.status === 404 || answer.status === 403) return drained(answer, false)
      await refuse(answer, where)
      return drained(answer, Number(answer.headers.get('content-length')) === sizeBytes)
    },
    async putFile(name, sizeBytes, bytes, signal) {
      const sent = await whole(bytes())
      if (sent.length !== sizeBytes)
        throw new Failure('permanent', 'A pack file is not as long as it should be; it was not sent.')
      // The name is the SHA-256 of what is sent, which is what S3 wants to have signed.
      const headers = { 'content-type': 'application/octet-stream', 'x-amz-content-sha256': name }
      const answer = await ask(
        fileUrl(name),
        { method: 'PUT', headers, body: sent },
        signal,
        silenceMs + sizeBytes / SLOWEST_BYTES_PER_MS,
      )
      await refuse(answer, where)
      await drained(answer, undefined)
    },
    async putManifest(packId, signed, signal) {
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' }
      const answer = await ask(
        `${base}/${packId}.json`,
        { method: 'PUT', headers, body: JSON.stringify(signed) },
        signal,
      )
      await refuse(answer, where)
      await drained(answer, undefined)
    },
  }
}

type Ask = { method?: string; headers?: Record<string, string>; body?: string | Buffer }

/** A name and password in the address are sent as HTTP Basic, and never stand in a message. */
function addressOf(given: string): { base: string; credentials: Record<string, string> } {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Failure('permanent', 'The address of a web store must begin with https:// (or http://).')
  const { username, password } = url
  url.username = ''
  url.password = ''
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const credentials = username === '' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  return { base: url.toString().replace(/\/+$/, ''), credentials: { ...credentials } }
}

/** 2xx passes. 401, 403 and what else will not change by asking again is `permanent`; overload and the far side's own trouble is `transient`. */
async function refuse(answer: Response, where: string): Promise<void> {
  if (answer.ok) return
  const { status } = answer
  await drained(answer, undefined)
  const again = status === 408 || status === 425 || status === 429 || status >= 500
  const wait = Number(answer.headers.get('retry-after'))
  const told = again && Number.isFinite(wait) && wait > 0 ? { retryAfterMs: wait * SECOND } : {}
  throw new Failure(
    again ? 'transient' : 'permanent',
    again
      ? `${where} cannot serve packs at the moment (HTTP ${status}). It is tried again; the last good pack stays in use.`
      : `${where} refuses this machine (HTTP ${status}). Check the address and the access key; the last good pack stays in use.`,
    told,
  )
}

async function drained<Result>(answer: Response, result: Result): Promise<Result> {
  await answer.body?.cancel().catch(() => {})
  return result
}

async function* body(
  answer: Response,
  where: string,
  silenceMs: number,
  signal: AbortSignal | undefined,
  most = Number.POSITIVE_INFINITY,
): AsyncIterable<Uint8Array> {
  if (answer.body === null) return
  const reader = answer.body.getReader()
  let have = 0
  try {
    while (true) {
      const silence = AbortSignal.timeout(silenceMs)
      const { done, value } = await abortable(
        reader.read(),
        signal === undefined ? silence : AbortSignal.any([silence, signal]),
      )
      if (done) return
      have += value.length
      if (have > most)
        throw new Failure('permanent', `${where} sends more than a manifest can be. The last good pack stays in use.`)
      yield value
    }
  } catch (thrown) {
    throw away(where, thrown)
  } finally {
    await reader.cancel().catch(() => {})
  }
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The promise, or the signal's reason, whichever is first. */
async function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    if (signal.aborted) throw signal.reason
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function away(where: string, thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
  return new Failure(
    'transient',
    `${where} cannot be reached (${reasonOf(cause)}). It is tried again; the last good pack stays in use.`,
    {
      cause: thrown,
    },
  )
}
