import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { sha256Hex } from '../base/hash.ts'
import { type Instant, MINUTE } from '../base/time.ts'

/**
 * Who speaks on the line between a site and the hub. After enrolment every request carries an Ed25519 signature (RFC 8032) by the
 * site's own key, so nobody on the way can speak for a site or change what it says, whatever carries the bytes.
 */

/** The hub refuses a request whose clock is further off than this, and says its own time. */
export const SIGNATURE_WINDOW_MS = 5 * MINUTE

export type SigningKey = { privateKey: KeyObject; publicKey: string }

/** `publicKey` is base64 of the raw 32 bytes. */
export function newSigningKey(): SigningKey & { pem: string } {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { ...signingKeyFrom(privateKey), pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** Reads a PKCS#8 PEM. Throws what node:crypto throws on anything else. */
export function signingKeyFromPem(pem: string): SigningKey {
  return signingKeyFrom(createPrivateKey(pem))
}

function signingKeyFrom(privateKey: KeyObject): SigningKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { privateKey, publicKey: Buffer.from(String(x), 'base64url').toString('base64') }
}

type Signed = { method: string; path: string; body: Uint8Array | string }
export type RequestClaim = { siteId: string; at: Instant; nonce: string; signature: string }

/** The value of the Authorization header. `path` is as sent, with its query; `body` is empty text where there is none. */
export function authorizationFor(
  siteId: string,
  key: KeyObject,
  request: Signed,
  at: Instant,
  nonce = randomBytes(16).toString('hex'),
): string {
  const signature = sign(null, signedBytes(request, at, nonce), key).toString('base64')
  return `Holdfast site=${siteId},at=${at},nonce=${nonce},signature=${signature}`
}

/** What an Authorization header claims; undefined when it is not one of ours. Nothing is proven yet. */
export function readAuthorization(header: string | undefined): RequestClaim | undefined {
  const match =
    /^Holdfast site=([A-Za-z0-9_-]{1,64}),at=(\d{1,15}),nonce=([0-9a-f]{32}),signature=([A-Za-z0-9+/]{86}==)$/.exec(
      header ?? '',
    )
  if (match === null) return undefined
  const [, siteId = '', at = '', nonce = '', signature = ''] = match
  // One claim has one spelling: unused bits at the end of base64 must be nought.
  if (Buffer.from(signature, 'base64').toString('base64') !== signature) return undefined
  return { siteId, at: Number(at), nonce, signature }
}

export type ClaimVerdict = { holds: true } | { holds: false; because: 'signature' | 'clock' }

/**
 * Whether the claim was made by the owner of `publicKey` (base64 raw) about exactly this request, near `now`. The caller still has to
 * refuse a nonce that it has seen from this site within twice the window.
 */
export function judgeClaim(claim: RequestClaim, request: Signed, publicKey: string, now: Instant): ClaimVerdict {
  if (!verifyWith(publicKey, signedBytes(request, claim.at, claim.nonce), claim.signature))
    return { holds: false, because: 'signature' }
  return Math.abs(claim.at - now) > SIGNATURE_WINDOW_MS ? { holds: false, because: 'clock' } : { holds: true }
}

function verifyWith(publicKey: string, bytes: Buffer, signature: string): boolean {
  try {
    const x = Buffer.from(publicKey, 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, bytes, key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

function signedBytes(request: Signed, at: Instant, nonce: string): Buffer {
  return Buffer.from(`${request.method.toUpperCase()}\n${request.path}\n${at}\n${nonce}\n${sha256Hex(request.body)}`)
}
