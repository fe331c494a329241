import { randomInt } from 'node:crypto'

/**
 * A break-glass code as it stands in a sealed envelope: five groups of four from an alphabet in which nothing looks like anything else.
 * The first two characters are the code's id (on the outside of the envelope, no secret), seventeen are secret (82 bits), and the last one is a
 * check on the others, so a slip of the finger is told from a wrong code before anything is counted as a failed attempt.
 */
export type BreakGlassCode = { shown: string; codeId: string; secret: string }

/** Without 0 O, 1 I L, 5 S. 29 characters: a prime, so the check below catches every single slip and every swap. */
const ALPHABET = '2346789ABCDEFGHJKMNPQRTUVWXYZ'
const ID = 2
const LENGTH = 20

export function newBreakGlassCode(): BreakGlassCode {
  const letters = Array.from({ length: LENGTH - 1 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return asCode(letters + checkOf(letters))
}

/** Forgives case, spaces and hyphens; undefined when it is mistyped. */
export function readBreakGlassCode(typed: string): BreakGlassCode | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '')
  if (letters.length !== LENGTH || Array.from(letters).some((letter) => !ALPHABET.includes(letter))) return undefined
  return checkOf(letters.slice(0, -1)) === letters.at(-1) ? asCode(letters) : undefined
}

function asCode(letters: string): BreakGlassCode {
  return { shown: letters.replace(/(.{4})(?=.)/g, '$1-'), codeId: letters.slice(0, ID), secret: letters.slice(ID, -1) }
}

/** Each place has a weight of its own below the prime, so one wrong character or two that changed places always change the sum. */
function checkOf(letters: string): string {
  const sum = Array.from(letters).reduce((total, letter, at) => total + (at + 1) * ALPHABET.indexOf(letter), 0)
  return ALPHABET[sum % ALPHABET.length] ?? ''
}
