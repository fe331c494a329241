import { randomBytes, timingSafeEqual } from 'node:crypto'
import { ARGON_COST, type ArgonCost, stretch } from './argon.ts'
import { commonPassword } from './common-passwords.ts'

/**
 * Everything that is wrong with a new password, in words; empty when it will do. Length and the lists of what attackers try first, no rules
 * about kinds of characters (NIST SP 800-63B 5.1.1.2). Twelve at least: a stolen lockbox lets its thief guess without us.
 */
export function passwordFaults(password: string, about: { login: string; name: string }): string[] {
  const text = password.normalize('NFKC')
  const length = Array.from(text).length
  const faults: string[] = []
  if (length < 12) faults.push('It is too short: use at least 12 characters. Three or four words make a good one.')
  if (length > 256) faults.push('It is too long: use at most 256 characters.')
  const folded = text.toLowerCase()
  const own = [about.login, ...about.name.split(/\s+/)]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length > 3)
  const rest = own.reduce((left, word) => left.replaceAll(word, ''), folded)
  if (rest.length < folded.length && rest.length < 8) faults.push('It is little more than your name.')
  if (new Set(folded).size < 5) faults.push('It repeats the same few characters.')
  else if (isRun(folded)) faults.push('It runs along the alphabet or the keyboard.')
  else if (commonPassword(folded)) faults.push('It is one of the first that anybody would try.')
  return faults
}

const RUNS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiopasdfghjklzxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm']

/** Mostly characters that follow each other on a keyboard or in the alphabet, either way. */
function isRun(text: string): boolean {
  const lines = RUNS.flatMap((run) => [run, Array.from(run).toReversed().join('')])
  let steps = 0
  for (let at = 1; at < text.length; at++) if (lines.some((line) => line.includes(text.slice(at - 1, at + 1)))) steps++
  return steps >= (text.length - 1) * 0.75
}

/** `$argon2id$v=19$m=...,t=...,p=...$salt$hash`, as everybody writes it (PHC string): the cost stands with the hash. */
export async function hashPassword(password: string, cost: ArgonCost = ARGON_COST): Promise<string> {
  const salt = randomBytes(16)
  const hash = await stretch(password, salt, cost)
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/**
 * Whether the password is the one of the hash. `outdated`: the hash was made at another cost than today's and should be made again now that the
 * password is at hand. Without a hash (no such account) it takes as long and does not hold.
 */
export async function passwordHolds(
  password: string,
  hash: string | undefined,
  cost: ArgonCost = ARGON_COST,
): Promise<{ holds: boolean; outdated: boolean }> {
  const [, memory, passes, parallelism, salt, due] = PHC.exec(hash ?? '') ?? []
  if (salt === undefined || due === undefined) {
    await stretch(password, randomBytes(16), cost)
    return { holds: false, outdated: false }
  }
  const used = { memoryKiB: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const found = await stretch(password, Buffer.from(salt, 'base64'), used)
  const wanted = Buffer.from(due, 'base64')
  const holds = wanted.length === found.length && timingSafeEqual(wanted, found)
  const same = used.memoryKiB === cost.memoryKiB && used.passes === cost.passes && used.parallelism === cost.parallelism
  return { holds, outdated: holds && !same }
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
