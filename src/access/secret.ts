import { randomBytes } from 'node:crypto'
import { sha256Hex } from '../base/hash.ts'

/** A random word of 256 bits for a cookie or a link. Only its hash is ever kept, so a copy of the database opens no door. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function tokenHash(token: string): string {
  return sha256Hex(`holdfast-token\n${token}`)
}
