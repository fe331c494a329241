import type { NoticeChannel } from '../notice.ts'
import { hostOf, postNotice } from '../post-notice.ts'
import type { PushConfig } from './config.ts'

/** ntfy's own limit for a message. */
const MOST_BYTES = 4000

/**
 * Publishes a notice to a topic, with a button that takes it. `sequence_id` is the notice's own key: servers and apps that know it (ntfy from 2.16)
 * show a second copy in the place of the first.
 */
export function pushChannel({ url, token, deadlineMs }: PushConfig): NoticeChannel {
  return {
    kind: 'push',
    async send({ key, subject, text, answerUrl }, topic) {
      const actions =
        answerUrl === undefined
          ? {}
          : {
              click: answerUrl,
              actions: [{ action: 'http', label: 'I take it', url: answerUrl, method: 'POST', clear: true }],
            }
      const message = Buffer.from(text).subarray(0, MOST_BYTES).toString('utf8')
      const body = JSON.stringify({ topic, title: subject, message, priority: 5, sequence_id: key, ...actions })
      await postNotice({ url, deadlineMs, who: `The push server at ${hostOf(url)}` }, body, {
        'content-type': 'application/json',
        'idempotency-key': key,
        'user-agent': 'holdfast',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      })
    },
  }
}
