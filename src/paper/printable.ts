import { withoutDirections } from '../chart/name.ts'

/**
 * Values as JSON in which nothing unprintable is left that could be told without a typesetter: control characters and halves of characters (from
 * feeds in another encoding than they said) become spaces; line breaks stay. What would turn the direction of a line is left out.
 */
export function printableJson(values: object): string {
  return withoutDirections(JSON.stringify(values)).replaceAll(ESCAPED, (escape) => (escape === '\\\\' ? escape : ' '))
}

/** As JSON.stringify writes them; an escaped backslash is matched so that what follows it is not taken for an escape. */
const ESCAPED = /\\\\|\\[bf]|\\u(?:00[01][0-9a-f]|d[89a-f][0-9a-f]{2})/g

const QUOTED = /the text `+"((?:[^"\\]|\\.)*)"`+ could not be displayed/g

/**
 * The sheet (JSON) with a box in place of every character of which the typesetter's message says that no font has it; the same sheet when the
 * message says no such thing.
 */
export function withoutUnprintable(sheet: string, message: string): string {
  const lacking = new Set(
    [...message.replaceAll('\\"', '"').matchAll(QUOTED)].flatMap(([, text = '']) => Array.from(unescaped(text))),
  )
  const boxed = Array.from(sheet, (one) => (lacking.has(one) && !/[\x20-\x7e]/.test(one) ? '□' : one)).join('')
  return lacking.has('□') ? boxed.replaceAll('□', '?') : boxed
}

const OTHER_SCRIPT = 'name in another script; see MRN and birth date'

/**
 * The sheet after boxes took the place of letters, with a word at each name that has lost some: a person must not be looked for by what is left of it.
 * `names`: how many. `before`: the sheet as it was.
 */
export function withNamesMarked(before: string, boxed: string): { sheet: string; names: number } {
  let names = 0
  const mark = (was: unknown, is: unknown): unknown => {
    if (Array.isArray(was) && Array.isArray(is)) return was.map((one, at) => mark(one, is[at]))
    if (!isGroup(was) || !isGroup(is)) return is
    const marked = Object.fromEntries(Object.entries(is).map(([key, value]) => [key, mark(was[key], value)]))
    const lost = ['name', 'aka'].some((key) => isLost(was[key], is[key]))
    if (!lost) return marked
    names++
    // A packet has room for it behind the other names; a line of a list grows.
    if (typeof is.aka === 'string') return { ...marked, aka: [is.aka, `(${OTHER_SCRIPT})`].filter(Boolean).join(' ') }
    return { ...marked, name: `${String(is.name)} (${OTHER_SCRIPT})`, ...('short' in is ? { short: false } : {}) }
  }
  const sheet = mark(JSON.parse(before), JSON.parse(boxed))
  return { sheet: names === 0 ? boxed : JSON.stringify(sheet), names }
}

function isGroup(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a letter of it is a box now. */
function isLost(was: unknown, is: unknown): boolean {
  if (typeof was !== 'string' || typeof is !== 'string' || was === is) return false
  const now = Array.from(is)
  return Array.from(was).some((letter, at) => letter !== now[at] && /[\p{L}\p{M}]/u.test(letter))
}

/** Rust writes characters that it cannot show as `\u{200b}`. */
function unescaped(text: string): string {
  return text.replaceAll(/\\u\{([0-9a-f]+)\}/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
}

/** The typesetter's own words without what it quotes of the sheet, which could be a patient's; short enough for a log line. */
export function withoutQuotes(message: string): string {
  const own = /message: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message
  return own.replaceAll(/`[^`]*`|"[^"]*"/g, '…').slice(0, 160)
}
