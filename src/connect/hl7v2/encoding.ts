import { isUtf8 } from 'node:buffer'

/** HL7 table 0211 as names that TextDecoder knows. Anything else is tried as it is written. */
const NAMES: { [name: string]: string } = {
  ASCII: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  UNICODE: 'utf-8',
  '8859/1': 'windows-1252',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'windows-1254',
  '8859/15': 'iso-8859-15',
  'ISO IR6': 'utf-8',
  'ISO IR14': 'shift_jis',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  'GB 18030-2000': 'gb18030',
  'KS X 1001': 'euc-kr',
  'CNS 11643-1992': 'big5',
  'BIG-5': 'big5',
}

/** Encodings in which two bytes are one letter: whether bytes are UTF-8 all the same is a matter of chance in short texts. */
const DOUBLE = new Set(['shift_jis', 'iso-2022-jp', 'gb18030', 'euc-kr', 'big5'])

/**
 * `exact`: the bytes are in the encoding that the message names, or in the expected one where it names none. `spoilt`: some bytes are no letters in
 * `encoding` and became U+FFFD.
 */
export type Decoded = { text: string; encoding: string; exact: boolean; spoilt: boolean }

/**
 * The text of a message. What its bytes are counts more than what its MSH-18 says: letters of several bytes that are all valid UTF-8 are no accident.
 * Bytes that are neither are read as `fallback`; one that is broken among many that are not spoils only itself. A name with a wrong letter is better
 * than no chart, and it is told.
 */
export function decodeMessage(bytes: Buffer, fallback: string): Decoded {
  const said = characterSetOf(bytes).toUpperCase()
  const named = said === '' ? 'utf-8' : (NAMES[said] ?? said.toLowerCase())
  const { letters, broken } = utf8In(bytes)
  if (letters === 0 && broken === 0) return asciiMessage(bytes, named)
  const asNamed = named === 'utf-8' ? undefined : decoded(bytes, named)
  if (asNamed !== undefined && (DOUBLE.has(named) || letters <= broken)) return decodedAs(asNamed, named, true)
  if (letters > 0 && letters >= broken) {
    const exact = named === 'utf-8' && !PLAIN.has(said) && broken === 0
    return decodedAs(decoded(bytes, 'utf-8', false) ?? '', 'utf-8', exact, broken > 0)
  }
  return decodedAs(decoded(bytes, fallback, false) ?? bytes.toString('latin1'), fallback, said === '')
}

/** Names of sets that have no letters beyond ASCII. */
const PLAIN = new Set(['ASCII', 'ISO IR6'])

/** Bytes that are ASCII are that in every encoding but those that shift (ISO-2022-JP), and those that nobody knows. */
function asciiMessage(bytes: Buffer, named: string): Decoded {
  const text = decoded(bytes, named)
  return decodedAs(text ?? bytes.toString('latin1'), text === undefined ? 'utf-8' : named, text !== undefined)
}

function decodedAs(text: string, encoding: string, exact: boolean, spoilt = false): Decoded {
  return { text: withoutNul(text), encoding, exact, spoilt: spoilt || text.includes('\0') }
}

/** How many letters of several bytes there are by UTF-8's rules, and how many bytes that belong to none. */
function utf8In(bytes: Buffer): { letters: number; broken: number } {
  let letters = 0
  let broken = 0
  for (let at = 0; at < bytes.length; ) {
    const length = letterAt(bytes, at)
    if (length > 1) letters += 1
    if (length === 0) broken += 1
    at += Math.max(1, length)
  }
  return { letters, broken }
}

/** How many bytes the letter at a place has; 0 where there is none. */
function letterAt(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  const length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
  const letter = bytes.subarray(at, at + length)
  return length > 0 && letter.length === length && isUtf8(letter) ? length : 0
}

/** NUL means nothing in a message, and the hub's database cannot hold it: one such message would hold up all that come after. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}

/** MSH-18's first repetition, read before the encoding is known: the header's delimiters and names are ASCII in all of them. */
function characterSetOf(bytes: Buffer): string {
  const head = bytes.subarray(0, 4096).toString('latin1')
  const line = head.slice(Math.max(0, head.indexOf('MSH'))).split(/[\r\n]/, 1)[0] ?? ''
  const separator = line[3]
  if (separator === undefined) return ''
  const repeat = line[5] ?? '~'
  return (line.split(separator)[17] ?? '').split(repeat)[0]?.trim() ?? ''
}

function decoded(bytes: Buffer, encoding: string, fatal = true): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal }).decode(bytes)
  } catch {
    return undefined
  }
}
