import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../base/time.ts'

/**
 * The word in the link by which one person takes one alarm: which notice it came with, until when it is good, and a signature under a key that only
 * the hub has. Nothing of it is kept, so a copy of the database takes nothing; that it works once is for the notice to remember.
 */
export function answerToken(key: Uint8Array, noticeId: string, until: Instant): string {
  const said = `${noticeId}.${until.toString(36)}`
  return `${said}.${sign(key, said)}`
}

export type Answered = { is: 'good'; noticeId: string } | { is: 'old' } | { is: 'unknown' }

export function readAnswerToken(key: Uint8Array, token: string, now: Instant): Answered {
  const [noticeId, until, signature, ...more] = token.split('.')
  if (noticeId === undefined || until === undefined || signature === undefined || more.length > 0)
    return { is: 'unknown' }
  const wanted = Buffer.from(sign(key, `${noticeId}.${until}`))
  const given = Buffer.from(signature)
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return { is: 'unknown' }
  return Number.parseInt(until, 36) > now ? { is: 'good', noticeId } : { is: 'old' }
}

/** 128 bits: short enough for a text message. */
function sign(key: Uint8Array, said: string): string {
  return createHmac('sha256', key)
    .update(`holdfast answer link\n${said}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url')
}
