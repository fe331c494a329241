import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, reasonOf } from '../../base/failure.ts'
import { type FileHead, headOf, makeSealer, type Received, readPlain, recordAt, type Sealer } from './journal-file.ts'

/** Where a journal lies, and the secret that it is sealed with. */
export type Place = { folder: string; key: string | undefined }

/** A place between two records, and the hash of the record before it: where a reader goes on. */
export type Position = { file: number; offset: number; hash: string }

export type JournalLine = { at: Position; next: Position; received: Received; message: Buffer }

const CHUNK = 8 * 1024 * 1024

export function pathOf(place: Place, number: number): string {
  return join(place.folder, `messages-${String(number).padStart(6, '0')}.hl7j`)
}

export function sealerFor(place: Place, head: FileHead): Sealer {
  try {
    return makeSealer(head, place.key)
  } catch (thrown) {
    throw new Failure('permanent', `The message journal in ${place.folder} cannot be opened: ${reasonOf(thrown)}.`)
  }
}

export function damaged(place: Place, number: number, offset: number): Failure {
  return new Failure(
    'permanent',
    `The message journal's file ${number} in ${place.folder} is damaged at byte ${offset}. New messages are still taken. Restore the file from a backup, or read the charts anew from the EHR.`,
  )
}

/** The records of one file from a position on, or from its first, up to `until` (its end where left out). */
export async function* linesOf(
  place: Place,
  from: Position | { file: number },
  until: number | undefined,
): AsyncGenerator<JournalLine> {
  let handle: FileHandle
  try {
    handle = await open(pathOf(place, from.file), 'r')
  } catch (thrown) {
    throw new Failure(
      'permanent',
      `The message journal's file ${from.file} is not there any more (${reasonOf(thrown)}).`,
    )
  }
  try {
    const end = until ?? (await handle.stat()).size
    const head = headOf(await readAt(handle, 0, Math.min(end, 4096)))
    if (head === undefined) throw damaged(place, from.file, 0)
    const sealer = sealerFor(place, head.head)
    const start = 'offset' in from && from.offset > 0 ? from : { offset: head.next, hash: head.head.previous }
    if ('offset' in from && from.offset === 0 && from.hash !== start.hash) throw damaged(place, from.file, 0)
    let hash: Buffer = Buffer.from(start.hash, 'hex')
    let at = start.offset
    while (at < end) {
      const bytes = await readAt(handle, at, await chunkFor(handle, at, end))
      let within = 0
      for (let taken = recordAt(bytes, 0, hash); taken !== undefined; taken = recordAt(bytes, within, hash)) {
        const before = { file: from.file, offset: at + within, hash: hash.toString('hex') }
        hash = Buffer.from(taken.hash)
        within = taken.next
        const next = { file: from.file, offset: at + within, hash: hash.toString('hex') }
        yield { at: before, next, ...openBody(place, sealer, taken.body, before) }
      }
      if (within === 0) throw damaged(place, from.file, at)
      at += within
    }
  } finally {
    await handle.close()
  }
}

function openBody(place: Place, sealer: Sealer, body: Buffer, at: Position): { received: Received; message: Buffer } {
  try {
    return readPlain(sealer.open(body))
  } catch {
    throw new Failure(
      'permanent',
      `The message journal in ${place.folder} cannot be opened with the configured key (file ${at.file}).`,
    )
  }
}

/** As much as is read at once: at least the whole next record. */
async function chunkFor(handle: FileHandle, at: number, end: number): Promise<number> {
  const length = await readAt(handle, at, Math.min(4, end - at))
  const record = length.length === 4 ? 4 + length.readUInt32BE(0) + 32 : 0
  return Math.min(end - at, Math.max(CHUNK, record))
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}
