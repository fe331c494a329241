import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Failure } from '../base/failure.ts'
import type { RandomAccess } from './files.ts'
import type { PackFile, PackKind } from './pack.ts'

/**
 * The sealed file: a header and chunks, after the STREAM construction that age uses, with AES-256-GCM. Any part can be opened alone.
 *
 *     header   48 bytes: "HOLDFAST", version 1, seven zero bytes, 32 random bytes of salt
 *     chunk    16,384 bytes of plain text (the last one: what is left) and a tag of 16 bytes
 *
 * The file's key is HKDF-SHA-256(data key, salt, "holdfast-pack/1 file"). A chunk's nonce is its number in 11 bytes, big-endian, and one byte that is 1
 * on the last chunk only, so chunks cannot be moved, repeated or cut off. Each chunk authenticates the header and what the file is for.
 */
export const CHUNK = 16_384
export const TAG = 16
export const HEADER = 48
const MAGIC = Buffer.from('HOLDFAST\u0001\0\0\0\0\0\0\0', 'latin1')
const INFO = 'holdfast-pack/1 file'

/** What a file is for; a file does not open as anything else. */
export type SealContext = { practiceId: string; kind: PackKind; packId: string; role: PackFile['role'] }

export type Sealer = {
  /** Takes plain bytes, gives what can be written so far (the header first). */
  push(bytes: Uint8Array): Uint8Array[]
  finish(): Uint8Array[]
}

export function makeSealer(dataKey: Uint8Array, context: SealContext): Sealer {
  const header = Buffer.concat([MAGIC, randomBytes(32)])
  const { key, authenticated } = keyOf(dataKey, header, context)
  let held = Buffer.alloc(0)
  let chunks = 0
  let started = false

  const sealChunk = (plain: Uint8Array, last: boolean): Uint8Array => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(chunks++, last))
    cipher.setAAD(authenticated)
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }
  const begin = (): Uint8Array[] => (started ? [] : [header])

  return {
    push(bytes) {
      const out = begin()
      started = true
      held = Buffer.concat([held, bytes])
      let at = 0
      // The last chunk must be known as the last: a full one waits for more.
      for (; held.length - at > CHUNK; at += CHUNK) out.push(sealChunk(held.subarray(at, at + CHUNK), false))
      held = Buffer.from(held.subarray(at))
      return out
    },
    finish() {
      const out = begin()
      started = true
      out.push(sealChunk(held, true))
      return out
    },
  }
}

/** Seals what is small enough to be held. */
export function sealBytes(dataKey: Uint8Array, context: SealContext, plain: Uint8Array): Uint8Array {
  const sealer = makeSealer(dataKey, context)
  return Buffer.concat([...sealer.push(plain), ...sealer.finish()])
}

export type OpenedFile = {
  /** Of the plain text. */
  readonly sizeBytes: number
  /** Opens only the chunks that hold these bytes. Throws `permanent` where the file was changed. */
  read(offset: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** Reads the header and proves the last chunk, so a file that was cut or is sealed for another use fails here. */
export async function openSealed(dataKey: Uint8Array, context: SealContext, file: RandomAccess): Promise<OpenedFile> {
  const body = file.sizeBytes - HEADER
  const chunks = Math.ceil(body / (CHUNK + TAG))
  const sizeBytes = body - chunks * TAG
  if (body < TAG || sizeBytes < 0 || (chunks > 1 && sizeBytes <= (chunks - 1) * CHUNK)) throw damaged(context)
  const header = Buffer.from(await file.read(0, HEADER))
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw header.subarray(0, 8).equals(MAGIC.subarray(0, 8))
      ? new Failure('permanent', 'This pack was sealed by a newer version of Holdfast; update this machine to read it.')
      : damaged(context)
  }
  const { key, authenticated } = keyOf(dataKey, header, context)

  const openChunk = (sealed: Buffer, index: number): Buffer => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, index === chunks - 1))
      decipher.setAAD(authenticated)
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
      const plain = decipher.update(sealed.subarray(0, sealed.length - TAG))
      decipher.final()
      return plain
    } catch (thrown) {
      throw damaged(context, thrown)
    }
  }

  const read = async (offset: number, length: number): Promise<Buffer> => {
    if (offset < 0 || length < 0 || offset + length > sizeBytes) throw damaged(context)
    if (length === 0) return Buffer.alloc(0)
    const plain = Buffer.allocUnsafeSlow(length)
    const last = Math.floor((offset + length - 1) / CHUNK)
    const step = length > FEW_CHUNKS * CHUNK ? MANY_CHUNKS : FEW_CHUNKS
    for (let first = Math.floor(offset / CHUNK); first <= last; first += step) {
      const start = HEADER + first * (CHUNK + TAG)
      const size = Math.min(step, last + 1 - first) * (CHUNK + TAG)
      await withBytes(file, start, Math.min(size, file.sizeBytes - start), (sealed) => {
        for (let at = 0; at < sealed.length; at += CHUNK + TAG) {
          const index = first + at / (CHUNK + TAG)
          const chunk = openChunk(sealed.subarray(at, at + CHUNK + TAG), index)
          const skip = offset - index * CHUNK
          chunk.copy(plain, Math.max(0, -skip), Math.max(0, skip), Math.min(chunk.length, skip + length))
        }
      })
    }
    return plain
  }

  await (sizeBytes === 0 ? file.read(HEADER, TAG).then((sealed) => openChunk(view(sealed), 0)) : read(sizeBytes - 1, 1))
  return { sizeBytes, read, close: () => file.close() }
}

export async function openBytes(dataKey: Uint8Array, context: SealContext, sealed: Uint8Array): Promise<Buffer> {
  const file = await openSealed(dataKey, context, inMemory(sealed))
  return file.read(0, file.sizeBytes)
}

export function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      if (offset < 0 || offset + length > bytes.length)
        throw new Failure('permanent', 'A pack file ends before it should.')
      return bytes.subarray(offset, offset + length)
    },
    close: async () => {},
  }
}

function keyOf(dataKey: Uint8Array, header: Buffer, context: SealContext): { key: Buffer; authenticated: Buffer } {
  const parts = [context.practiceId, context.kind, context.packId, context.role]
  if (parts.some((part) => part.includes('\n')))
    throw new Failure('permanent', 'An id in a pack may not hold a line end.')
  return {
    key: Buffer.from(hkdfSync('sha256', dataKey, header.subarray(16, HEADER), INFO, 32)),
    authenticated: Buffer.concat([header, Buffer.from(parts.join('\n'), 'utf8')]),
  }
}

/** A block of charts is read in one go; a panel's sections in a few, so that the sealed ones never stand whole beside the plain ones. */
const FEW_CHUNKS = 16
const MANY_CHUNKS = 256
const spare: Buffer[] = []

/** Reads into memory that is used again: what the reading of one chart allocates decides how often everybody waits for the collector. */
async function withBytes(
  file: RandomAccess,
  offset: number,
  length: number,
  use: (bytes: Buffer) => void,
): Promise<void> {
  const most = FEW_CHUNKS * (CHUNK + TAG)
  if (file.readInto === undefined || length > most) {
    use(view(await file.read(offset, length)))
    return
  }
  const scratch = spare.pop() ?? Buffer.allocUnsafeSlow(most)
  try {
    const bytes = scratch.subarray(0, length)
    await file.readInto(bytes, offset)
    use(bytes)
  } finally {
    if (spare.length < 8) spare.push(scratch)
  }
}

/** The same bytes, not a copy. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(index, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}

function damaged(context: SealContext, cause?: unknown): Failure {
  return new Failure(
    'permanent',
    `A ${context.role} file of the pack "${context.packId}" was changed, cut or is not what it claims to be. It is not used; fetch the pack again.`,
    { cause },
  )
}
