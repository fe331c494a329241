import { z } from 'zod'
import { addressSubject, afterFailure, type Failures, waitOf } from '../../access/limits/limit.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import { readJson, writeJson } from '../local/folder.ts'

const shape = z.record(
  z.string(),
  z.object({ failures: z.number(), lastFailureAt: z.number(), openAgainAt: z.number() }),
)

/**
 * Wrong passwords are counted on disk, before they are checked: pulling the plug gives nobody a free guess. Waits grow by the rules that the hub
 * uses, for what is guessed at and for the address that guesses, each on its own. What is typed at this machine is counted apart from the network:
 * a stranger on the clinic's network shuts nobody out of the lockbox itself, and from one address nobody out of anything.
 */
export type Attempts = {
  /** 0: go on, and the attempt is counted. More: wait so long, nothing was counted. `at` is a hash of the login, or what is shared (`envelopes`). */
  begin(at: string, from: string): Promise<number>
  /** It was right. */
  succeeded(at: string, from: string): Promise<void>
  waitMs(at: string, from: string): number
}

const LOOPBACK = /^(::1|(::ffff:)?127\.)/i

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
  const waitMs = (at: string, from: string): number =>
    Math.max(...keysOf(at, from).map(({ key }) => waitOf(counted.get(key), clock.now())))

  return {
    waitMs,
    async begin(at, from) {
      const wait = waitMs(at, from)
      if (wait > 0) return wait
      for (const { key, kind } of keysOf(at, from)) counted.set(key, afterFailure(kind, counted.get(key), clock.now()))
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
    async succeeded(at, from) {
      const removed = keysOf(at, from).filter(({ key }) => counted.delete(key))
      if (removed.length > 0) await write()
    },
  }
}

/** Whether a browser is on the lockbox itself. */
export function isHere(from: string): boolean {
  return LOOPBACK.test(from)
}

function keysOf(at: string, from: string): { key: string; kind: Parameters<typeof afterFailure>[0] }[] {
  if (isHere(from)) return [{ key: `${at} here`, kind: 'account' }]
  const address = addressSubject(from).of
  return [
    { key: `${at} ${address}`, kind: 'account' },
    { key: at, kind: 'account-everywhere' },
    { key: `address ${address}`, kind: 'address' },
  ]
}

function forgetOldest(counted: Map<string, Failures>): void {
  while (counted.size > MOST) {
    const [oldest] = [...counted].sort(([, a], [, b]) => a.lastFailureAt - b.lastFailureAt)
    if (oldest === undefined) return
    counted.delete(oldest[0])
  }
}
