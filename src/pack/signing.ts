import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { sha256Hex } from '../base/hash.ts'
import type { SignedManifest } from './pack.ts'

/** Ed25519 (RFC 8032). Both halves are the raw 32 bytes in base64; the id is the start of the public half's SHA-256. */
export type SigningKey = { keyId: string; publicKey: string; seed: string }

/** Before the raw bytes in PKCS #8 and SubjectPublicKeyInfo (RFC 8410); node wants the wrapping. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export function newSigningKey(): SigningKey {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC_PREFIX.length)
    .toString('base64')
  const seed = pair.privateKey
    .export({ format: 'der', type: 'pkcs8' })
    .subarray(PRIVATE_PREFIX.length)
    .toString('base64')
  return { keyId: signingKeyId(publicKey), publicKey, seed }
}

function signingKeyId(publicKey: string): string {
  return sha256Hex(Buffer.from(publicKey, 'base64')).slice(0, 16)
}

function signText(text: string, key: Pick<SigningKey, 'seed'>): string {
  return sign(null, Buffer.from(text, 'utf8'), privateKeyOf(key.seed)).toString('base64')
}

export function signManifest(manifest: string, key: SigningKey): SignedManifest {
  return { manifest, signature: signText(manifest, key), keyId: key.keyId }
}

/** False for whatever is not a signature of exactly this text by this key; never throws. */
export function isSignedBy(text: string, signature: string, publicKey: string): boolean {
  try {
    return verify(null, Buffer.from(text, 'utf8'), publicKeyOf(publicKey), Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

function privateKeyOf(seed: string): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PRIVATE_PREFIX, Buffer.from(seed, 'base64')]),
    format: 'der',
    type: 'pkcs8',
  })
}

function publicKeyOf(publicKey: string): KeyObject {
  return createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, Buffer.from(publicKey, 'base64')]),
    format: 'der',
    type: 'spki',
  })
}
