import { bytesOf } from './lines.ts'

/** The text of a file in its encoding. What its mark at the beginning says goes before what the mapping says. */
export async function* decoded(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding)
    // NUL means nothing in a table, and the hub's database cannot hold it.
    yield decoder.decode(chunk, { stream: true }).replaceAll('\0', '\uFFFD')
  }
  yield decoder?.decode() ?? ''
}

function markedEncoding(first: Buffer): string | undefined {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be'
  return first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf ? 'utf-8' : undefined
}

/**
 * Why a file is not in the encoding that it should be in: letters would be lost, and names with them. An encoding of one byte a letter takes any byte,
 * so a file that is UTF-8 from end to end, with letters that only UTF-8 makes of such bytes, is told too.
 */
export async function wrongBytesIn(path: string, name: string, encoding: string): Promise<string | undefined> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let lines = 1
  let isUtf8: 'no' | 'plain' | 'yes' = 'plain'
  for await (const chunk of bytesOf(path, name)) {
    if (decoder === undefined) {
      const marked = markedEncoding(chunk)
      const unmarked = marked === undefined ? unmarkedWide(chunk) : undefined
      if (unmarked !== undefined && !/^utf-16/i.test(encoding)) return wrong(encoding, 1, unmarked)
      decoder = new TextDecoder(marked ?? encoding, { fatal: true })
      if (marked !== undefined) isUtf8 = 'no'
    }
    if (isUtf8 !== 'no') isUtf8 = afterChunk(utf8, chunk, isUtf8)
    try {
      lines += decoder.decode(chunk, { stream: true }).split('\n').length - 1
    } catch {
      return wrong(encoding, lines + linesBeforeFault(chunk, decoder.encoding), 'windows-1252')
    }
  }
  if (!endsWhole(decoder)) return wrong(encoding, lines, 'windows-1252')
  if (isUtf8 === 'yes' && endsWhole(utf8) && !/^(?:utf-|gb|big5|euc-|iso-2022|shift)/.test(decoder?.encoding ?? ''))
    return wrong(encoding, undefined, 'utf-8')
  return undefined
}

function wrong(encoding: string, line: number | undefined, likely: string): string {
  const from = line === undefined ? '' : ` from line ${line} on`
  const other = likely === 'utf-8' ? '' : ', or export it as UTF-8'
  return `It is not ${encoding}${from}. It may be ${likely}: write "encoding: ${likely}" at its rule${other}.`
}

function endsWhole(decoder: InstanceType<typeof TextDecoder> | undefined): boolean {
  try {
    decoder?.decode()
    return true
  } catch {
    return false
  }
}

function afterChunk(
  utf8: InstanceType<typeof TextDecoder>,
  chunk: Buffer,
  before: 'plain' | 'yes',
): 'no' | 'plain' | 'yes' {
  try {
    utf8.decode(chunk, { stream: true })
  } catch {
    return 'no'
  }
  return before === 'yes' || chunk.some((byte) => byte > 0x7f) ? 'yes' : 'plain'
}

/** UTF-16 without its mark: every other byte of plain letters is zero. */
function unmarkedWide(first: Buffer): string | undefined {
  const head = first.subarray(0, 400)
  const zeros = (odd: number): number => head.filter((byte, at) => byte === 0 && at % 2 === odd).length
  if (head.length < 8) return undefined
  if (zeros(1) > head.length * 0.4) return 'utf-16le'
  return zeros(0) > head.length * 0.4 ? 'utf-16be' : undefined
}

function linesBeforeFault(chunk: Buffer, encoding: string): number {
  const parts = chunk.toString('latin1').split('\n')
  const isWhole = (part: string): boolean => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(Buffer.from(part, 'latin1')).length >= 0
    } catch {
      return false
    }
  }
  return Math.max(
    0,
    parts.findIndex((part) => !isWhole(part)),
  )
}
