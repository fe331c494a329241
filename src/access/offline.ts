import { randomBytes } from 'node:crypto'
import { bech32 } from '@scure/base'
import { identityToRecipient } from 'age-encryption'
import type { Clock } from '../base/time.ts'
import type { BreakGlassVerifier, OfflineVerifier, Person } from './access.ts'
import { ARGON_COST, type ArgonCost, stretch } from './argon.ts'
import { type BreakGlassCode, newBreakGlassCode, readBreakGlassCode } from './break-glass-code.ts'

/**
 * The age identity (`AGE-SECRET-KEY-1...`) that a password or break-glass code stands for: argon2id gives the 32 bytes of an X25519 key.
 * `salt` is base64. Always gives an identity; whether it is the right one shows when it opens something, or by `unlockKeyOf`.
 */
export async function unlockIdentity(secret: string, salt: string, argon: ArgonCost): Promise<string> {
  const key = await stretch(secret, Buffer.from(salt, 'base64'), argon)
  return bech32.encode('age-secret-key-', bech32.toWords(key), 256).toUpperCase()
}

/** The public half, `age1...`: what a verifier holds. */
export function unlockKeyOf(identity: string): Promise<string> {
  return identityToRecipient(identity)
}

/** What a site must know to let this person unlock it, made while the password is at hand. Nothing in it is secret. */
export type OfflineLock = Pick<OfflineVerifier, 'salt' | 'argon' | 'unlockKey' | 'changedAt'>

export async function makeLock(secret: string, clock: Clock, argon: ArgonCost = ARGON_COST): Promise<OfflineLock> {
  const salt = randomBytes(16).toString('base64')
  const unlockKey = await unlockKeyOf(await unlockIdentity(secret, salt, argon))
  return { salt, argon, unlockKey, changedAt: clock.now() }
}

export function makeVerifier(
  person: Pick<Person, 'id' | 'login' | 'name' | 'grants'>,
  lock: OfflineLock,
): OfflineVerifier {
  return { personId: person.id, login: person.login, name: person.name, grants: person.grants, ...lock }
}

/** One sealed envelope: `code` is printed and forgotten, `verifier` is kept. */
export type Envelope = { code: BreakGlassCode; verifier: BreakGlassVerifier }

/** The codes are shown this once; only who holds the paper can ever use them. */
export async function makeBreakGlassCodes(
  count: number,
  clock: Clock,
  argon: ArgonCost = ARGON_COST,
): Promise<Envelope[]> {
  const envelopes: Envelope[] = []
  while (envelopes.length < count) {
    const code = newBreakGlassCode()
    if (envelopes.some((made) => made.code.codeId === code.codeId)) continue
    const { salt, unlockKey, changedAt } = await makeLock(code.secret, clock, argon)
    envelopes.push({ code, verifier: { codeId: code.codeId, salt, argon, unlockKey, madeAt: changedAt } })
  }
  return envelopes
}

/** The identity that a typed code stands for, or undefined when it is mistyped or belongs to none of these envelopes. */
export async function breakGlassIdentity(
  typed: string,
  verifiers: readonly BreakGlassVerifier[],
): Promise<{ codeId: string; identity: string } | undefined> {
  const code = readBreakGlassCode(typed)
  const verifier = verifiers.find((one) => one.codeId === code?.codeId)
  if (code === undefined || verifier === undefined) return undefined
  const identity = await unlockIdentity(code.secret, verifier.salt, verifier.argon)
  return (await unlockKeyOf(identity)) === verifier.unlockKey ? { codeId: code.codeId, identity } : undefined
}
