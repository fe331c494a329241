import { Failure, reasonOf } from '../../base/failure.ts'
import { attachmentText } from '../../chart/fhir/attachment-text.ts'

export type Exchange = {
  url: URL
  method?: 'GET' | 'POST' | 'DELETE'
  headers?: { [name: string]: string }
  body?: string
  deadlineMs: number
  stallMs: number
  mostBytes: number
  signal?: AbortSignal | undefined
}

export type Answer = { status: number; headers: Headers; text: string }

/** One question over HTTP and its whole answer. Redirects are handed back, not followed. Throws only transient Failures. */
export async function exchange(asked: Exchange): Promise<Answer> {
  return await within(asked, async (response, bytes) => {
    const { status, headers } = response
    const type = headers.get('content-type') ?? ''
    // A note may come in its own letters; everything else is JSON, which is UTF-8.
    if (type.startsWith('text/')) return { status, headers, text: attachmentText(await whole(bytes), type) }
    const decoder = new TextDecoder('utf-8')
    let text = ''
    for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true })
    return { status, headers, text: text + decoder.decode() }
  })
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * The lines of an answer as they come. A line longer than `mostLineBytes` is a Failure: no resource is. Each line has
 * its line end, but for one that the answer broke off in.
 */
export async function* exchangeLines(
  asked: Exchange,
  mostLineBytes: number,
): AsyncGenerator<{ status: number; headers: Headers } | string> {
  const watch = watchOver(asked)
  try {
    const response = await watch.guard(fetch(asked.url, init(asked, watch.signal)))
    yield { status: response.status, headers: response.headers }
    const decoder = new TextDecoder('utf-8')
    let rest = ''
    for await (const chunk of chunksOf(response, asked, watch)) {
      // Only what is new is taken apart: a line of many chunks would else be copied at each.
      const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n')
      const lines = [rest + first, ...more]
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') yield `${line}\n`
      if (rest.length > mostLineBytes) throw new Failure('transient', 'The FHIR server sent a line without an end.')
    }
    rest += decoder.decode()
    if (rest.trim() !== '') yield rest
  } catch (thrown) {
    throw watch.failureOf(thrown)
  } finally {
    watch.end()
  }
}

async function within<Value>(
  asked: Exchange,
  use: (response: Response, bytes: AsyncIterable<Uint8Array>) => Promise<Value>,
): Promise<Value> {
  const watch = watchOver(asked)
  try {
    const response = await watch.guard(fetch(asked.url, init(asked, watch.signal)))
    return await watch.guard(use(response, chunksOf(response, asked, watch)))
  } catch (thrown) {
    throw watch.failureOf(thrown)
  } finally {
    watch.end()
  }
}

function init(asked: Exchange, signal: AbortSignal): RequestInit {
  return {
    method: asked.method ?? 'GET',
    redirect: 'manual',
    signal,
    ...(asked.headers === undefined ? {} : { headers: asked.headers }),
    ...(asked.body === undefined ? {} : { body: asked.body }),
  }
}

async function* chunksOf(response: Response, asked: Exchange, watch: Watch): AsyncGenerator<Uint8Array> {
  if (response.body === null) return
  let bytes = 0
  // The stream's own reader: leaving the loop early cancels it, which frees the connection.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > asked.mostBytes) {
      throw new Failure(
        'permanent',
        `The FHIR server's answer is larger than the limit of ${asked.mostBytes} bytes. Ask for smaller pages.`,
      )
    }
    watch.heard()
    yield chunk
  }
}

type Watch = {
  signal: AbortSignal
  heard(): void
  end(): void
  guard<Value>(doing: Promise<Value>): Promise<Value>
  failureOf(thrown: unknown): Failure
}

/** Ends an exchange when its deadline passes, when no byte comes for too long, or when the caller calls it off. */
function watchOver(asked: Exchange): Watch {
  const ending = new AbortController()
  const late = (ms: number, words: string): NodeJS.Timeout =>
    setTimeout(() => ending.abort(new Failure('transient', words)), ms)
  const callOff = (): void => ending.abort(new Failure('transient', 'The reading of the FHIR server was called off.'))
  const deadline = late(asked.deadlineMs, `The FHIR server did not answer within ${inSeconds(asked.deadlineMs)}.`)
  const stalled = `The FHIR server stopped in the middle: nothing came for ${inSeconds(asked.stallMs)}.`
  let stall: NodeJS.Timeout | undefined
  if (asked.signal?.aborted === true) callOff()
  else asked.signal?.addEventListener('abort', callOff, { once: true })
  return {
    signal: ending.signal,
    heard: () => {
      clearTimeout(stall)
      stall = late(asked.stallMs, stalled)
    },
    end: () => {
      clearTimeout(deadline)
      clearTimeout(stall)
      asked.signal?.removeEventListener('abort', callOff)
    },
    // A connection that hangs in a state where the abort does not reach it must not hold us either.
    guard: async (doing) => await Promise.race([doing, whenAborted(ending.signal)]),
    failureOf: (thrown) => {
      if (ending.signal.reason instanceof Failure) return ending.signal.reason
      if (thrown instanceof Failure) return thrown
      return new Failure('transient', `The FHIR server cannot be reached or hung up (${causeOf(thrown)}).`, {
        cause: thrown,
      })
    },
  }
}

async function whenAborted(signal: AbortSignal): Promise<never> {
  return await new Promise<never>((_resolve, reject) => {
    const give = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })
}

/** fetch hides why behind "fetch failed". */
function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return reasonOf(cause ?? thrown)
}

function inSeconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`
}
