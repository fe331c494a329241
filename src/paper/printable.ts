/**
 * Values as JSON in which nothing unprintable is left that could be told without a typesetter: control characters and halves of characters (from
 * feeds in another encoding than they said) become spaces; line breaks stay.
 */
export function printableJson(values: object): string {
  return JSON.stringify(values).replaceAll(ESCAPED, (escape) => (escape === '\\\\' ? escape : ' '))
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

/** Rust writes characters that it cannot show as `\u{200b}`. */
function unescaped(text: string): string {
  return text.replaceAll(/\\u\{([0-9a-f]+)\}/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
}

/** The typesetter's own words without what it quotes of the sheet, which could be a patient's; short enough for a log line. */
export function withoutQuotes(message: string): string {
  const own = /message: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message
  return own.replaceAll(/`[^`]*`|"[^"]*"/g, '…').slice(0, 160)
}
