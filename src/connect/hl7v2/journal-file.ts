import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Instant } from '../../base/time.ts'

/**
 * One file of the message journal. It begins with a line of JSON (`{"format":"holdfast-hl7v2-journal/1","file":1,"previous":"<hex>","salt":"<hex>",
 * "sealed":true}`), then records: 4 bytes of length (big-endian), the body, 32 bytes of SHA-256 over the hash before and the body. `previous` is the
 * last hash of the file before, so a record that is changed, removed or moved is found. A sealed body is a nonce of 12 bytes and
 * AES-256-GCM (tag last) under HKDF-SHA-256 of the configured secret and the file's salt. Inside: 4 bytes of length, JSON of a `Received`, and the
 * message as it came.
 */
const HASH_BYTES = 32
const FORMAT = 'holdfast-hl7v2-journal/1'
export const FIRST_HASH = Buffer.alloc(HASH_BYTES)

export type FileHead = { format: string; file: number; previous: string; salt: string; sealed: boolean }

export function newHead(file: number, previous: Buffer, sealed: boolean): FileHead {
  return { format: FORMAT, file, previous: previous.toString('hex'), salt: randomBytes(16).toString('hex'), sealed }
}

/** What is known of a message besides its bytes. `said`: when its sender made it, by its own word, but never later than we received it. */
export type Received = { at: Instant; said: Instant; peer: string; refused?: string }

export function plainOf(received: Received, message: Buffer): Buffer {
  const about = Buffer.from(JSON.stringify(received))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(about.length)
  return Buffer.concat([length, about, message])
}

export function readPlain(plain: Buffer): { received: Received; message: Buffer } {
  const end = 4 + plain.readUInt32BE(0)
  return { received: JSON.parse(plain.toString('utf8', 4, end)), message: plain.subarray(end) }
}

export type Sealer = { seal(plain: Buffer): Buffer; open(body: Buffer): Buffer }

/** Throws when the body was not sealed with this secret, or was changed. */
export function makeSealer(head: FileHead, secret: string | undefined): Sealer {
  if (!head.sealed) return { seal: (plain) => plain, open: (body) => body }
  if (secret === undefined) throw new Error('the journal is sealed and no key is configured')
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.from(head.salt, 'hex'), 'holdfast hl7v2 journal', 32))
  return {
    seal(plain) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(body) {
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12))
      decipher.setAuthTag(body.subarray(-16))
      return Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()])
    },
  }
}

export function hashAfter(previous: Buffer, body: Buffer): Buffer {
  return createHash('sha256').update(previous).update(body).digest()
}

export function recordOf(body: Buffer, hash: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body, hash])
}

export type Taken = { body: Buffer; hash: Buffer; next: number }

/** The record at `at` of `bytes`; undefined when it is not whole, or does not follow from `previous`. */
export function recordAt(bytes: Buffer, at: number, previous: Buffer): Taken | undefined {
  if (at + 4 > bytes.length) return undefined
  const end = at + 4 + bytes.readUInt32BE(at)
  if (end + HASH_BYTES > bytes.length) return undefined
  const body = bytes.subarray(at + 4, end)
  const hash = bytes.subarray(end, end + HASH_BYTES)
  return hashAfter(previous, body).equals(hash) ? { body, hash, next: end + HASH_BYTES } : undefined
}

/** The head of a file and where its records begin; undefined when it is not one of ours. */
export function headOf(bytes: Buffer): { head: FileHead; next: number } | undefined {
  const end = bytes.indexOf(0x0a)
  if (end < 0) return undefined
  try {
    const head: FileHead = JSON.parse(bytes.toString('utf8', 0, end))
    return head.format === FORMAT ? { head, next: end + 1 } : undefined
  } catch {
    return undefined
  }
}
