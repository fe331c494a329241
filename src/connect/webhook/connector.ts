import { createHmac } from 'node:crypto'
import { Failure, reasonOf } from '../../base/failure.ts'
import { type Clock, SECOND } from '../../base/time.ts'
import type { NoticeChannel } from '../notice.ts'
import type { WebhookConfig } from './config.ts'

/**
 * Posts a notice as JSON. `Holdfast-Signature: t=<ms>,v1=<hex>` is HMAC-SHA-256 under the secret over `<ms>.<body>`, so the far side knows who
 * sent it and when; `Idempotency-Key` is the notice's own key, the same at every try. Redirects are not followed.
 */
export function webhookChannel(config: WebhookConfig, clock: Clock): NoticeChannel {
  return {
    kind: 'webhook',
    async send(notice) {
      const { key, ...rest } = notice
      const body = JSON.stringify({ id: key, ...rest })
      const answer = await post(config, body, {
        'content-type': 'application/json',
        'idempotency-key': key,
        'holdfast-signature': signatureOf(config.secret, body, clock.now()),
        'user-agent': 'holdfast',
      })
      await answer.body?.cancel()
      if (!answer.ok) throw refusalOf(answer, config)
    },
  }
}

export function signatureOf(secret: string, body: string, at: number): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}

async function post(config: WebhookConfig, body: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(config.url, {
      method: 'POST',
      body,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(config.deadlineMs),
    })
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined
    const because = reasonOf(cause ?? thrown)
    if (thrown instanceof Error && thrown.name === 'TimeoutError')
      throw new Failure(
        'ambiguous',
        `${hostOf(config)} did not say within ${config.deadlineMs / SECOND} s whether it took the notice. It is sent again under the same key.`,
        { cause: thrown },
      )
    if (because === 'bad port')
      throw new Failure('permanent', `${hostOf(config)} names a port that no webhook may use. Correct the address.`, {
        cause: thrown,
      })
    const never = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|certificate/i.test(
      `${because} ${String(Reflect.get(Object(cause), 'code'))}`,
    )
    throw new Failure(
      never ? 'transient' : 'ambiguous',
      `${hostOf(config)} could not be reached (${because}). It is tried again.`,
      { cause: thrown },
    )
  }
}

function refusalOf(answer: Response, config: WebhookConfig): Failure {
  const words = `${hostOf(config)} answered ${answer.status} to the notice.`
  const later = Number(answer.headers.get('retry-after'))
  if (answer.status === 429 || answer.status === 408 || answer.status === 425 || answer.status >= 500)
    return new Failure(
      'transient',
      `${words} It is tried again.`,
      Number.isFinite(later) && later > 0 ? { retryAfterMs: later * SECOND } : {},
    )
  return new Failure('permanent', `${words} Alarms are shown on the hub’s pages; look at the address and the secret.`)
}

/** Only the host: an address may carry a secret in its path. */
function hostOf(config: WebhookConfig): string {
  return `The webhook at ${new URL(config.url).host}`
}
