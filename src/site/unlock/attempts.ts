import { z } from 'zod'
import { afterFailure, type Failures, waitOf } from '../../access/limits/limit.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import { readJson, writeJson } from '../local/folder.ts'

const shape = z.record(
  z.string(),
  z.object({ failures: z.number(), lastFailureAt: z.number(), openAgainAt: z.number() }),
)

/**
 * Wrong passwords are counted on disk, before they are checked: pulling the plug gives nobody a free guess. Waits grow by the rule that the
 * hub uses; `key` is a hash of the login, or what is shared (`envelopes`).
 */
export type Attempts = {
  /** 0: go on, and the attempt is counted. More: wait so long, nothing was counted. */
  begin(key: string): Promise<number>
  /** The password was right. */
  succeeded(key: string): Promise<void>
  waitMs(key: string): number
}

/** Entries of guessed logins must not fill the disk. */
const MOST = 2000

export async function openAttempts(path: string, clock: Clock): Promise<Attempts> {
  // A damaged file would open the door to guessing if it threw: counting begins anew, which costs a guesser nothing less than a wait.
  const counted = new Map<string, Failures>(Object.entries((await readJson(path, shape).catch(() => undefined)) ?? {}))
  let turn: Promise<void> = Promise.resolve()
  const write = (): Promise<void> => {
    const mine = turn.then(() => writeJson(path, Object.fromEntries(counted)))
    turn = mine.catch(() => {})
    return mine
  }
  const waitMs = (key: string): number => waitOf(counted.get(key), clock.now())

  return {
    waitMs,
    async begin(key) {
      const wait = waitMs(key)
      if (wait > 0) return wait
      counted.set(key, afterFailure('account', counted.get(key), clock.now()))
      forgetOldest(counted)
      await write().catch((cause: unknown) => {
        throw new Failure(
          'transient',
          `Attempts to sign in cannot be written down (${reasonOf(cause)}), so nobody is let in. Free the disk of this machine; what is on it is not harmed.`,
          { cause },
        )
      })
      return 0
    },
    async succeeded(key) {
      if (counted.delete(key)) await write()
    },
  }
}

function forgetOldest(counted: Map<string, Failures>): void {
  while (counted.size > MOST) {
    const [oldest] = [...counted].sort(([, a], [, b]) => a.lastFailureAt - b.lastFailureAt)
    if (oldest === undefined) return
    counted.delete(oldest[0])
  }
}
