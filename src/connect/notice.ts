import type { Instant } from '../base/time.ts'

/** By what means people and programs are told. */
export const CHANNEL_KINDS = ['email', 'webhook', 'sms', 'voice', 'push'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/**
 * The contract of every connector that carries a notice to people or programs. `send` resolves when the far side took it, and throws only
 * `Failure`, within the deadline of its config: `transient` and `ambiguous` are tried again under the same key, `permanent` needs somebody.
 */
export type NoticeChannel = {
  readonly kind: ChannelKind
  send(notice: OutgoingNotice, to: string): Promise<void>
}

/** Holds no patient data. `key` is the same at every try: whoever receives it twice can tell. */
export type OutgoingNotice = {
  key: string
  subject: string
  text: string
  at: Instant
  /** For programs: what it is about. */
  facts: { [name: string]: string | number }
  /** Where one person says, once, that they take it: a page with a button; a POST to it does the same. */
  answerUrl?: string
}
