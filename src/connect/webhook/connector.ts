import { createHmac } from 'node:crypto'
import type { Clock } from '../../base/time.ts'
import type { NoticeChannel } from '../notice.ts'
import { hostOf, postNotice } from '../post-notice.ts'
import type { WebhookConfig } from './config.ts'

/**
 * Posts a notice as JSON. `Holdfast-Signature: t=<ms>,v1=<hex>` is HMAC-SHA-256 under the secret over `<ms>.<body>`, so the far side knows who
 * sent it and when; `Idempotency-Key` is the notice's own key, the same at every try. Redirects are not followed.
 */
export function webhookChannel(config: WebhookConfig, clock: Clock): NoticeChannel {
  const { url, deadlineMs } = config
  return {
    kind: 'webhook',
    async send(notice) {
      const { key, ...rest } = notice
      const body = JSON.stringify({ id: key, ...rest })
      await postNotice({ url, deadlineMs, who: `The webhook at ${hostOf(url)}` }, body, {
        'content-type': 'application/json',
        'idempotency-key': key,
        'holdfast-signature': signatureOf(config.secret, body, clock.now()),
        'user-agent': 'holdfast',
      })
    },
  }
}

export function signatureOf(secret: string, body: string, at: number): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}
