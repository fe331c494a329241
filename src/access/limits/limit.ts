import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../base/time.ts'

/** What is counted: failures of one account, and of one network address, each on its own. */
export type Subject = { kind: 'account' | 'address'; of: string }

export type Failures = { failures: number; lastFailureAt: Instant; openAgainAt: Instant }

/**
 * After a few free failures each further one doubles the wait. The account's wait stays short, so that nobody can shut a person out for a
 * night by typing wrong passwords; the address's wait grows longer. NIST SP 800-63B 5.2.2 allows 100 failures; at these waits a hundred
 * guesses at one account take a day.
 */
const RULES = {
  account: { free: 5, firstWaitMs: 15 * SECOND, longestWaitMs: 15 * MINUTE },
  address: { free: 20, firstWaitMs: 30 * SECOND, longestWaitMs: HOUR },
  // At a site an account is counted for each address; all addresses together get more than one of them can type in a day.
  'account-everywhere': { free: 60, firstWaitMs: 15 * SECOND, longestWaitMs: 15 * MINUTE },
} as const

/** Failures are forgotten after a day without one. */
export const FORGOTTEN_AFTER_MS = DAY

export function afterFailure(kind: keyof typeof RULES, before: Failures | undefined, now: Instant): Failures {
  const remembered = before !== undefined && now - before.lastFailureAt < FORGOTTEN_AFTER_MS ? before.failures : 0
  const failures = remembered + 1
  const { free, firstWaitMs, longestWaitMs } = RULES[kind]
  const waitMs = failures <= free ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(30, failures - free - 1))
  return { failures, lastFailureAt: now, openAgainAt: now + waitMs }
}

/**
 * How long to wait still. A failure from the future was counted while the clock was wrong: what it says of time is worth nothing, or a person
 * would wait for years, but it stays counted.
 */
export function waitOf(counted: Pick<Failures, 'lastFailureAt' | 'openAgainAt'> | undefined, now: Instant): number {
  return counted === undefined || counted.lastFailureAt > now ? 0 : Math.max(0, counted.openAgainAt - now)
}

/** IPv6 hosts own whole networks: the first 64 bits count as one address. */
export function addressSubject(address: string): Subject {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return { kind: 'address', of: plain.includes(':') ? firstHalf(plain) : plain }
}

function firstHalf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
