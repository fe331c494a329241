import { sha256Hex } from '../../base/hash.ts'

/**
 * Messages that are on the disk, by sender, control id and content: a sender that missed our answer sends again, and must hear "accepted" without a
 * second record. Control ids alone do not do, because some senders count from 1 again every day. Only the newest are remembered; an older one that
 * comes again is stored again, which changes no chart.
 */
export type Duplicates = {
  /** Stores a new message by `store`; for one that is known, waits for what became of it. */
  once(sender: string, controlId: string, message: Buffer, store: () => Promise<void>): Promise<'new' | 'known'>
  remember(sender: string, controlId: string, message: Buffer): void
}

const MOST = 100_000

export function makeDuplicates(most = MOST): Duplicates {
  const known = new Map<string, Promise<void>>()
  const keep = (key: string, stored: Promise<void>): void => {
    known.set(key, stored)
    if (known.size <= most) return
    const [oldest] = known.keys()
    if (oldest !== undefined) known.delete(oldest)
  }
  return {
    async once(sender, controlId, message, store) {
      const key = keyFor(sender, controlId, message)
      const before = known.get(key)
      if (before !== undefined) {
        await before
        return 'known'
      }
      const stored = store()
      keep(key, stored)
      try {
        await stored
      } catch (thrown) {
        known.delete(key)
        throw thrown
      }
      return 'new'
    },
    remember(sender, controlId, message) {
      keep(keyFor(sender, controlId, message), Promise.resolve())
    },
  }
}

function keyFor(sender: string, controlId: string, message: Buffer): string {
  return sha256Hex(`${sender}\n${controlId}\n${sha256Hex(message)}`)
}
