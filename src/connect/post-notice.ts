import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Failure, reasonOf } from '../base/failure.ts'
import { SECOND } from '../base/time.ts'

/** Where a notice is posted. `who`: the far side in messages, by its host only, since an address may carry a secret. */
export type PostTarget = { url: string; who: string; deadlineMs: number }

type Answer = { status: number; retryAfter: string | undefined }

/**
 * Posts a notice over a connection of its own (one kept from before may be dead, and then nobody knows whether the notice went out) and reads
 * nothing but the status. Redirects are not followed. Who cannot be reached took nothing (transient); who falls silent after the connection stood
 * may have (ambiguous); an answer says for itself.
 */
export async function postNotice(target: PostTarget, body: string, headers: Record<string, string>): Promise<void> {
  const answer = await post(target, body, headers)
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, target.who)
}

export function hostOf(url: string): string {
  return new URL(url).host
}

function post({ url, who, deadlineMs }: PostTarget, body: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const secure = url.startsWith('https:')
    const lengthened = { ...headers, 'content-length': String(Buffer.byteLength(body)) }
    let connected = false
    const request = (secure ? httpsRequest : httpRequest)(url, { method: 'POST', headers: lengthened, agent: false })
    const deadline = setTimeout(() => request.destroy(new Error(`no answer in ${deadlineMs / SECOND} s`)), deadlineMs)
    request.once('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true)))
    request.once('response', (response: IncomingMessage) => {
      response.resume()
      clearTimeout(deadline)
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] })
      response.once('error', () => {})
      response.once('end', () => request.destroy())
    })
    // What comes after the answer changes nothing.
    request.on('error', (thrown) => {
      clearTimeout(deadline)
      reject(failureOf(thrown, who, connected))
    })
    request.end(body)
  })
}

function failureOf(thrown: Error, who: string, connected: boolean): Failure {
  const because = reasonOf(thrown)
  if (!connected)
    return new Failure('transient', `${who} could not be reached (${because}). It is tried again.`, { cause: thrown })
  return new Failure(
    'ambiguous',
    `${who} did not say whether it took the notice (${because}). It is sent again under the same key.`,
    { cause: thrown },
  )
}

function refusalOf({ status, retryAfter }: Answer, who: string): Failure {
  const words = `${who} answered ${status} to the notice.`
  const later = Number(retryAfter)
  if (status === 429 || status === 408 || status === 425 || status >= 500)
    return new Failure(
      'transient',
      `${words} It is tried again.`,
      Number.isFinite(later) && later > 0 ? { retryAfterMs: later * SECOND } : {},
    )
  return new Failure('permanent', `${words} Alarms are shown on the hub’s pages; look at the address and the secret.`)
}
