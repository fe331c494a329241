import type { PersonName } from '../chart.ts'

const PREFIX = /^(dr|mr|mrs|ms|miss|mx|prof|sir|dame|rev|fr|sr|sra|srta|herr|frau)\.?$/i
const SUFFIX =
  /^(jr|sr|junior|senior|ii|iii|iv|v|esq|md|m\.d|do|d\.o|rn|np|aprn|fnp|pa|pa-c|phd|ph\.d|dds|dmd|dpm|pharmd|lcsw|psyd|faap|facp)\.?$/i
/** Words that belong to the family name that follows them, when they are written small. */
const PARTICLES = new Set(
  'af al ap bin bint da dal de del della den der di do dos du el ibn la las le los ten ter van vom von y zu zum zur'.split(
    ' ',
  ),
)

/**
 * A name that was sent as a text alone. "QUILLEN, TAMSIN" is written family name first; without a comma the last word is the family name, with the
 * small words before it ("van der Berg"). Titles at the front and after the name are no part of either.
 */
export function nameInText(text: string): PersonName | undefined {
  const [first = '', ...others] = text.split(',').map((part) => part.trim())
  const suffixes = others.filter((part) => isSuffix(part))
  const rest = others.filter((part) => part !== '' && !isSuffix(part))
  const parts =
    rest.length > 0 && first !== ''
      ? { ...inOrder(wordsOf(rest.join(' ')), () => 0), family: wordsOf(first) }
      : inOrder(wordsOf([first, ...rest].join(' ')), familyFrom)
  const ending = rest.length > 0 ? takenEnd(parts.family) : []
  const prefix = parts.prefix.join(' ')
  const suffix = [...ending, ...parts.suffix, ...suffixes].join(' ')
  const family = (parts.family.length > 0 ? parts.family : parts.given.splice(-1)).join(' ')
  if (family === '') return undefined
  return {
    family,
    given: parts.given,
    ...(prefix === '' ? {} : { prefix }),
    ...(suffix === '' ? {} : { suffix }),
  }
}

type Parts = { prefix: string[]; given: string[]; family: string[]; suffix: string[] }

/** `from`: at which word the family name begins; 0 for none. */
function inOrder(words: string[], from: (words: string[]) => number): Parts {
  const rest = [...words]
  const prefix: string[] = []
  while (rest.length > 1 && PREFIX.test(rest[0] ?? '')) prefix.push(rest.shift() ?? '')
  const suffix = takenEnd(rest)
  const at = from(rest)
  const family = at === 0 && from !== familyFrom ? [] : rest.slice(at)
  return { prefix, given: rest.slice(0, rest.length - family.length), family, suffix }
}

/** Takes titles off the end of a name, but never its last word. */
function takenEnd(words: string[]): string[] {
  const taken: string[] = []
  while (words.length > 1 && SUFFIX.test(words.at(-1) ?? '')) taken.unshift(words.pop() ?? '')
  return taken
}

function familyFrom(words: string[]): number {
  let at = Math.max(0, words.length - 1)
  while (at > 1 && PARTICLES.has(words[at - 1] ?? '')) at--
  return at
}

function isSuffix(part: string): boolean {
  const words = wordsOf(part)
  return words.length > 0 && words.every((word) => SUFFIX.test(word))
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
