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

export type Decoded = { text: string; encoding: string; exact: boolean }

/**
 * The text of a message by its own MSH-18, a byte order mark aside. Bytes that are not what they claim to be are read as `fallback`, and the
 * answer says so (`exact` is false): a name with a wrong letter is better than no chart.
 */
export function decodeMessage(bytes: Buffer, fallback: string): Decoded {
  const said = characterSetOf(bytes)
  const encoding = said === '' ? 'utf-8' : (NAMES[said.toUpperCase()] ?? said.toLowerCase())
  const text = decoded(bytes, encoding)
  if (text !== undefined) return { text: withoutNul(text), encoding, exact: true }
  const guessed = decoded(bytes, fallback, false) ?? bytes.toString('latin1')
  return { text: withoutNul(guessed), encoding: fallback, exact: said === '' }
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
