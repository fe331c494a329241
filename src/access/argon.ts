import { type Argon2Parameters, argon2 } from 'node:crypto'
import type { OfflineVerifier } from './access.ts'

export type ArgonCost = OfflineVerifier['argon']

/** RFC 9106 section 4, the second recommended option; about 0.3 s on a small machine. Dearer is fine, cheaper is not. */
export const ARGON_COST: ArgonCost = { memoryKiB: 64 * 1024, passes: 3, parallelism: 4 }

/** At most so many at once: each takes 64 MiB, and a storm of sign-ins must not take the machine. */
const AT_ONCE = 2
let busy = 0
const waiting: (() => void)[] = []

/** argon2id (RFC 9106): 32 bytes from a password or code and a salt. Text is normalised (NFKC), so every keyboard gives the same bytes. */
export async function stretch(secret: string, salt: Uint8Array, cost: ArgonCost): Promise<Buffer> {
  if (busy >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else busy++
  try {
    return await derive({
      message: Buffer.from(secret.normalize('NFKC'), 'utf8'),
      nonce: salt,
      parallelism: cost.parallelism,
      tagLength: 32,
      memory: cost.memoryKiB,
      passes: cost.passes,
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) busy--
    else next()
  }
}

function derive(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, derived) => (error === null ? resolve(derived) : reject(error)))
  })
}
