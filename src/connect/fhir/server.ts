import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import { isObject, type Json, parseJson } from '../../chart/fhir/json.ts'
import { addressOnServer, baseAddress } from './address.ts'
import type { FhirConfig } from './config.ts'
import { Refused, refusalOf, refusalWithin, retryAfterMs } from './refusal.ts'
import { openSession } from './sign-in.ts'
import { type Answer, exchange, exchangeLines } from './wire.ts'

/** What of the world the connector needs besides HTTP. */
export type FhirWorld = { clock: Clock; wait: (ms: number, signal?: AbortSignal) => Promise<void> }

/** Real waiting. */
export const waitInTime: FhirWorld['wait'] = async (ms, signal) => {
  await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {})
}

export type Params = [name: string, value: string][]

/** A FHIR server as the rest of the connector sees it: signed in, patient, and with every refusal turned into a Failure. */
export type FhirServer = {
  readonly base: URL
  readonly config: FhirConfig
  readonly world: FhirWorld
  /** A question below the base (`Observation`, `metadata`), and its JSON. `asked` names it for people. */
  ask(path: string, params: Params, signal: AbortSignal | undefined): Promise<Json>
  /** An address that the server gave, on the same origin only. */
  follow(link: string, asked: string, signal: AbortSignal | undefined): Promise<Json>
  /** The answer as it came, for exchanges in which the status says more than success; transient ones are still retried. */
  raw(url: URL, how: RawRequest, signal: AbortSignal | undefined): Promise<Answer>
  /** Lines of a file; `token` false keeps our sign-in from it. */
  lines(url: URL, token: boolean, signal: AbortSignal | undefined): AsyncGenerator<string>
  /** What the server's clock said with its last answer, if it did. */
  serverTime(): number | undefined
}

type RawRequest = {
  asked: string
  method?: 'GET' | 'DELETE'
  headers?: { [name: string]: string }
  token?: boolean
  /** Which statuses are answers here rather than refusals. */
  takes?: (status: number) => boolean
}

/** How often one question is repeated, and the first pause; each next one is twice as long. */
const REPEATS = 3
const FIRST_PAUSE_MS = 500
const MOST_LINE_BYTES = 16 * 1024 * 1024

export function openServer(config: FhirConfig, world: FhirWorld): FhirServer {
  const base = baseAddress(config.baseUrl)
  const session = openSession(config, base, world.clock)
  let serverTime: number | undefined

  const headersFor = async (how: RawRequest, signal: AbortSignal | undefined): Promise<{ [name: string]: string }> => {
    const authorization = how.token === false ? undefined : await session.authorization(signal)
    const accept = { accept: 'application/fhir+json, application/json;q=0.9' }
    return { ...accept, ...how.headers, ...(authorization === undefined ? {} : { authorization }) }
  }

  const once = async (url: URL, how: RawRequest, leftMs: number, signal: AbortSignal | undefined): Promise<Answer> => {
    for (let signedInAgain = false; ; signedInAgain = true) {
      const limits = { deadlineMs: leftMs, stallMs: config.stallMs, mostBytes: config.mostAnswerBytes, signal }
      const headers = await headersFor(how, signal)
      const answer = await exchange({ url, method: how.method ?? 'GET', headers, ...limits })
      const at = Date.parse(answer.headers.get('date') ?? '')
      if (!Number.isNaN(at)) serverTime = at
      if (answer.status === 401 && how.token !== false && !signedInAgain) {
        session.forget(headers.authorization)
        continue
      }
      const taken = how.takes ?? ((status: number) => status === 200)
      if (taken(answer.status)) return answer
      const wait = retryAfterMs(answer.headers, world.clock.now())
      throw refusalOf({ status: answer.status, body: readable(answer.text), retryAfterMs: wait, asked: how.asked })
    }
  }

  const raw: FhirServer['raw'] = async (url, how, signal) =>
    await repeated(config, world, signal, async (leftMs) => await once(url, how, leftMs, signal))

  const json = async (url: URL, asked: string, signal: AbortSignal | undefined): Promise<Json> =>
    await repeated(config, world, signal, async (leftMs) => {
      const body = parsed((await once(url, { asked }, leftMs, signal)).text, asked)
      const refusal = refusalWithin(body, asked)
      if (refusal !== undefined) throw refusal
      return body
    })

  return {
    base,
    config,
    world,
    raw,
    serverTime: () => serverTime,
    ask: async (path, params, signal) => {
      const url = new URL(path, base)
      for (const [name, value] of params) url.searchParams.append(name, value)
      return await json(url, path.split('/')[0] ?? path, signal)
    },
    follow: async (link, asked, signal) =>
      await json(addressOnServer(base, link, `A link for ${asked}`), asked, signal),
    lines: async function* lines(url, token, signal) {
      const how: RawRequest = { asked: 'an export file', token, headers: { accept: 'application/fhir+ndjson' } }
      const limits = {
        deadlineMs: config.bulk.deadlineMs,
        stallMs: config.stallMs,
        mostBytes: Number.MAX_SAFE_INTEGER,
        signal,
      }
      const headers = await headersFor(how, signal)
      for await (const line of exchangeLines({ url, headers, ...limits }, MOST_LINE_BYTES)) {
        if (typeof line === 'string') yield line
        else if (line.status !== 200) throw refusalOf({ status: line.status, body: undefined, asked: how.asked })
      }
    },
  }
}

/**
 * Asks again while the Failure is transient and the deadline leaves room for the pause, which is the one that the server asked for
 * (Retry-After) or twice the last. What is left at the end goes to the caller with the wait that the server wants.
 */
async function repeated<Value>(
  config: FhirConfig,
  world: FhirWorld,
  signal: AbortSignal | undefined,
  attempt: (leftMs: number) => Promise<Value>,
): Promise<Value> {
  const until = performance.now() + config.deadlineMs
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(Math.max(1, until - performance.now()))
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      const waitMs = thrown.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** tries
      const left = until - performance.now() - waitMs
      if (thrown.kind !== 'transient' || tries >= REPEATS || left <= 0 || signal?.aborted === true) throw thrown
      await world.wait(waitMs, signal)
    }
  }
}

function parsed(text: string, asked: string): Json {
  const value = readable(text)
  if (isObject(value)) return value
  throw new Refused('transient', `The FHIR server's answer for ${asked} is broken off, or no JSON.`, 200)
}

function readable(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
