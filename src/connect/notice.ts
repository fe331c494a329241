import type { Instant } from '../base/time.ts'

/**
 * The contract of every connector that carries a notice to people or programs. `send` resolves when the far side took it, and throws only
 * `Failure`, within the deadline of its config: `transient` and `ambiguous` are tried again under the same key, `permanent` needs somebody.
 */
export type NoticeChannel = {
  readonly kind: 'email' | 'webhook'
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
}
