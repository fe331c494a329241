import { Failure } from '../../base/failure.ts'

/**
 * The Internet Printing Protocol's message (RFC 8010): a head of eight bytes, groups of attributes, an end, and after it the document.
 * Only what printing a PDF needs can be written; everything that a printer may answer can be read.
 */
export const OPERATION = { printJob: 0x0002, cancelJob: 0x0008, getJobAttributes: 0x0009, getPrinterAttributes: 0x000b }

const GROUP = { operation: 0x01, job: 0x02, end: 0x03, unsupported: 0x05 }
const TAG = {
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  range: 0x33,
  text: 0x41,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  charset: 0x47,
  language: 0x48,
  mimeType: 0x49,
} as const

export type IppAttribute =
  | { name: string; tag: 'integer' | 'enum'; value: number }
  | { name: string; tag: 'boolean'; value: boolean }
  | { name: string; tag: 'range'; value: [number, number] }
  | {
      name: string
      tag: 'text' | 'name' | 'keyword' | 'uri' | 'charset' | 'language' | 'mimeType'
      value: string | string[]
    }

export type IppRequest = { operation: number; requestId: number; about: IppAttribute[]; job?: IppAttribute[] }

export function writeIpp(request: IppRequest, document?: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(0x0101, 0)
  head.writeUInt16BE(request.operation, 2)
  head.writeUInt32BE(request.requestId, 4)
  const start: IppAttribute[] = [
    { name: 'attributes-charset', tag: 'charset', value: 'utf-8' },
    { name: 'attributes-natural-language', tag: 'language', value: 'en' },
  ]
  const job = request.job ?? []
  return Buffer.concat([
    head,
    Buffer.from([GROUP.operation]),
    ...[...start, ...request.about].map(attribute),
    ...(job.length === 0 ? [] : [Buffer.from([GROUP.job]), ...job.map(attribute)]),
    Buffer.from([GROUP.end]),
    ...(document === undefined ? [] : [document]),
  ])
}

function attribute(given: IppAttribute): Buffer {
  const values = Array.isArray(given.value) && given.tag !== 'range' ? given.value : [given.value]
  return Buffer.concat(
    values.map((value, at) => {
      const name = Buffer.from(at === 0 ? given.name : '')
      const bytes = bytesOf(value)
      const head = Buffer.alloc(3)
      head.writeUInt8(TAG[given.tag], 0)
      head.writeUInt16BE(name.length, 1)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      return Buffer.concat([head, name, length, bytes])
    }),
  )
}

function bytesOf(value: string | number | boolean | string[] | [number, number]): Buffer {
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0])
  const numbers = typeof value === 'number' ? [value] : value.map(Number)
  const bytes = Buffer.alloc(numbers.length * 4)
  for (const [at, number] of numbers.entries()) bytes.writeInt32BE(number, at * 4)
  return bytes
}

export type IppAnswer = {
  /** RFC 8011 B.1: below 0x0100 is success. */
  status: number
  /** By name, over all groups but that of the unsupported; of several jobs or printers only the first is kept. */
  attributes: Map<string, (string | number | boolean)[]>
  /** Names of what was asked for and is not done (RFC 8011 4.1.7). */
  unsupported: Set<string>
}

/** Throws Failure('permanent') when the bytes are no IPP message. */
export function readIpp(bytes: Buffer): IppAnswer {
  try {
    return parse(bytes)
  } catch (cause) {
    throw new Failure('permanent', 'The printer answered with something that is not IPP. Check its address.', { cause })
  }
}

function parse(bytes: Buffer): IppAnswer {
  const status = bytes.readUInt16BE(2)
  const attributes: IppAnswer['attributes'] = new Map()
  const unsupported = new Set<string>()
  let at = 8
  let group = 0
  let current: (string | number | boolean)[] | undefined
  for (;;) {
    const tag = bytes.readUInt8(at++)
    if (tag === GROUP.end) return { status, attributes, unsupported }
    // Below 0x10: the next group begins.
    if (tag < 0x10) {
      group = tag
      continue
    }
    const nameLength = bytes.readUInt16BE(at)
    const name = bytes.toString('utf8', at + 2, at + 2 + nameLength)
    at += 2 + nameLength
    const length = bytes.readUInt16BE(at)
    if (at + 2 + length > bytes.length) throw new RangeError('a value goes past the end')
    const value = bytes.subarray(at + 2, at + 2 + length)
    at += 2 + length
    if (nameLength > 0) {
      current = []
      if (group === GROUP.unsupported) unsupported.add(name)
      else if (!attributes.has(name)) attributes.set(name, current)
    }
    current?.push(valueOf(tag, value))
  }
}

function valueOf(tag: number, bytes: Buffer): string | number | boolean {
  if ((tag === TAG.integer || tag === TAG.enum) && bytes.length === 4) return bytes.readInt32BE()
  if (tag === TAG.boolean && bytes.length === 1) return bytes[0] === 1
  return bytes.toString('utf8')
}
