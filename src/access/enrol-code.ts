import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from '../base/hash.ts'
import { ARGON_COST, stretch } from './argon.ts'

/**
 * The short code that joins a new site to the practice: made at the hub, read aloud or carried on paper, typed once at the site. Both
 * sides prove that they know it (an HMAC under a key stretched from the whole code), so the site learns the hub's keys and the hub
 * learns the site's keys with nobody in between, even before there is a certificate to trust.
 *
 * Twelve characters of Crockford's base 32: four find the offer and are no secret, eight (40 bits) prove it. At a quarter of a second
 * of argon2id for each guess, offline search of a recorded request takes some 8,700 years of one core; an offer lives for an hour.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type EnrolCode = {
  /** As people read it: `7K2P-9QX4-M0TB`. */
  shown: string
  /** The first four characters: finds the offer at the hub. */
  codeId: string
}

export function newEnrolCode(): EnrolCode {
  const letters = [...randomBytes(12)].map((byte) => ALPHABET[byte % 32]).join('')
  return { shown: letters.replace(/(.{4})(?=.)/g, '$1-'), codeId: letters.slice(0, 4) }
}

/** Forgives case, spaces, hyphens and the letters that look like digits; undefined when it cannot be a code. */
export function readEnrolCode(typed: string): EnrolCode | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(letters)) return undefined
  return { shown: letters.replace(/(.{4})(?=.)/g, '$1-'), codeId: letters.slice(0, 4) }
}

/** The key of both proofs. Slow on purpose; the hub keeps this key beside the offer instead of the code. */
export function enrolKey(code: EnrolCode): Promise<Buffer> {
  const salt = createHash('sha256').update(`holdfast-enrol/1 ${code.codeId}`).digest().subarray(0, 16)
  return stretch(code.shown.replaceAll('-', ''), salt, ARGON_COST)
}

/** HMAC-SHA-256 (hex) over the canonical JSON of every field but `proof`. */
export function enrolProof(key: Uint8Array, message: object): string {
  return createHmac('sha256', key)
    .update(canonicalJson(withoutProof(message)))
    .digest('hex')
}

export function enrolProofHolds(key: Uint8Array, message: { proof: string; [field: string]: unknown }): boolean {
  const due = Buffer.from(enrolProof(key, message))
  const given = Buffer.from(message.proof)
  return due.length === given.length && timingSafeEqual(due, given)
}

function withoutProof(message: object): object {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name !== 'proof'))
}
