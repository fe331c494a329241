import { createHash } from 'node:crypto'

/** The UUID (version 5, RFC 9562) of a name: the same for the same name, so that what is exported twice is known again. */
export function uuidOf(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Ours, made once. */
const NAMESPACE = Buffer.from('6f1c2a5e9b7d4c1a8e3f5d2b7a90c416', 'hex')
