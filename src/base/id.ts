import { randomBytes } from 'node:crypto'
import type { Clock } from './time.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * An id that carries its kind and sorts by the time it was made: `site_` + 10 characters of milliseconds + 10 random
 * characters (50 bits), in Crockford's base 32. Made in the program, so that any database will do.
 */
export function newId(kind: string, clock: Clock): string {
  let millis = clock.now()
  let time = ''
  for (let i = 0; i < 10; i++) {
    time = ALPHABET[millis % 32] + time
    millis = Math.floor(millis / 32)
  }
  const random = [...randomBytes(10)].map((byte) => ALPHABET[byte % 32]).join('')
  return `${kind}_${time}${random}`
}
