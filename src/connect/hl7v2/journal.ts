import { type FileHandle, mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { syncFolder, writeWhole } from '../../base/durable.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import {
  FIRST_HASH,
  hashAfter,
  headOf,
  newHead,
  plainOf,
  type Received,
  recordAt,
  recordOf,
  type Sealer,
} from './journal-file.ts'
import { damaged, type JournalLine, linesOf, type Place, type Position, pathOf, sealerFor } from './journal-lines.ts'

/**
 * Every message that was acknowledged, in the order of acknowledgement, in append-only files. `append` resolves when the record is on the disk; all
 * that wait together share one fsync. Charts are rebuilt by reading from the start.
 */
export type Journal = AsyncDisposable & {
  /** Failure `transient` when it could not be written: nothing of it will be read. */
  append(received: Received, message: Buffer): Promise<void>
  /** From a position, or from the start, up to an `end`. Failure `permanent` where a file is damaged or the position is of another journal. */
  read(from: Position | null, until: Position): AsyncIterable<JournalLine>
  /** The records of the newest file, and of the one before it. */
  readNewest(): AsyncIterable<JournalLine>
  readonly end: Position
  /** Whether no record was ever written. */
  readonly isEmpty: boolean
  /** What was found wrong when it was opened and put beside the journal, for a person. */
  readonly faults: string[]
}

type Options = Place & { rotateBytes: number; log: Log }
type Waiting = { plain: Buffer; done: () => void; failed: (thrown: Failure) => void }

export async function openJournal(options: Options): Promise<Journal> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const numbers = (await readdir(options.folder)).flatMap((name) => /^messages-(\d{6})\.hl7j$/.exec(name)?.[1] ?? [])
  const last = Math.max(0, ...numbers.map(Number))
  const faults: string[] = []
  let file = last === 0 ? await begin(options, 1, FIRST_HASH) : await resume(options, last, faults)
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  let closed = false

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        if (file.offset > options.rotateBytes) file = await next(options, file)
        await extend(
          file,
          batch.map(({ plain }) => plain),
        )
        for (const { done } of batch) done()
      } catch (thrown) {
        const failure = new Failure(
          'transient',
          `The message journal cannot be written (${reasonOf(thrown)}); messages are refused until it can.`,
          { cause: thrown },
        )
        for (const { failed } of batch) failed(failure)
      }
    }
    writing = undefined
  }

  return {
    faults,
    get end() {
      return positionOf(file)
    },
    append(received, message) {
      if (closed) return Promise.reject(new Failure('transient', 'The message journal is closed.'))
      return new Promise((done, failed) => {
        waiting.push({ plain: plainOf(received, message), done, failed })
        writing ??= write()
      })
    },
    get isEmpty() {
      return file.hash.equals(FIRST_HASH)
    },
    async *readNewest() {
      const upTo = positionOf(file)
      if (upTo.file > 1) yield* linesOf(options, { file: upTo.file - 1 }, undefined)
      yield* linesOf(options, { file: upTo.file }, upTo.offset)
    },
    async *read(from, until) {
      let at = from ?? { file: 1, offset: 0, hash: FIRST_HASH.toString('hex') }
      const beyond = at.file > until.file || (at.file === until.file && at.offset > until.offset)
      const otherEnd = at.file === until.file && at.offset === until.offset && at.hash !== until.hash
      if (beyond || otherEnd)
        throw new Failure(
          'permanent',
          'The message journal is not the one that was read before. Read it from the start.',
        )
      while (at.file < until.file || at.offset < until.offset) {
        for await (const line of linesOf(options, at, at.file === until.file ? until.offset : undefined)) {
          yield line
          at = line.next
        }
        if (at.file === until.file) return
        at = { file: at.file + 1, offset: 0, hash: at.hash }
      }
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      await writing
      await file.handle.close()
    },
  }
}

type OpenFile = { number: number; handle: FileHandle; sealer: Sealer; offset: number; hash: Buffer; torn: boolean }

function positionOf(file: OpenFile): Position {
  return { file: file.number, offset: file.offset, hash: file.hash.toString('hex') }
}

async function begin(options: Options, number: number, previous: Buffer): Promise<OpenFile> {
  const head = newHead(number, previous, options.key !== undefined)
  const line = Buffer.from(`${JSON.stringify(head)}\n`)
  await writeWhole(pathOf(options, number), line)
  const handle = await open(pathOf(options, number), 'r+')
  return { number, handle, sealer: sealerFor(options, head), offset: line.length, hash: previous, torn: false }
}

async function next(options: Options, file: OpenFile): Promise<OpenFile> {
  if (file.torn) await cut(file)
  const after = await begin(options, file.number + 1, file.hash)
  await file.handle.close()
  return after
}

async function extend(file: OpenFile, plains: Buffer[]): Promise<void> {
  if (file.torn) await cut(file)
  let hash = file.hash
  const records = plains.map((plain) => {
    const body = file.sealer.seal(plain)
    hash = hashAfter(hash, body)
    return recordOf(body, hash)
  })
  const bytes = Buffer.concat(records)
  file.torn = true
  for (let done = 0; done < bytes.length; )
    done += (await file.handle.write(bytes, done, bytes.length - done, file.offset + done)).bytesWritten
  await file.handle.datasync()
  file.torn = false
  file.offset += bytes.length
  file.hash = hash
}

/** Takes away what a failed write may have left: it was never acknowledged. */
async function cut(file: OpenFile): Promise<void> {
  await file.handle.truncate(file.offset)
  await file.handle.sync()
  file.torn = false
}

/** Finds the end of the last file. What follows the last whole record was never acknowledged, or is damage: it is kept beside, not read. */
async function resume(options: Options, number: number, faults: string[]): Promise<OpenFile> {
  const handle = await open(pathOf(options, number), 'r+')
  try {
    return await resumed(options, number, handle, faults)
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

async function resumed(options: Options, number: number, handle: FileHandle, faults: string[]): Promise<OpenFile> {
  const bytes = await handle.readFile()
  const found = headOf(bytes)
  if (found === undefined) throw damaged(options, number, 0)
  let at = found.next
  let hash: Buffer = Buffer.from(found.head.previous, 'hex')
  for (let taken = recordAt(bytes, at, hash); taken !== undefined; taken = recordAt(bytes, at, hash)) {
    at = taken.next
    hash = Buffer.from(taken.hash)
  }
  const file: OpenFile = { number, handle, sealer: sealerFor(options, found.head), offset: at, hash, torn: false }
  if (at === bytes.length) return file
  await writeFile(`${pathOf(options, number)}.from-${at}.torn`, bytes.subarray(at), { mode: 0o600, flush: true })
  await syncFolder(options.folder)
  await cut(file)
  options.log.warn({ file: number, at, bytes: bytes.length - at }, 'the end of the message journal was cut off')
  const tornBytes = bytes.length - at
  if (at + 4 <= bytes.length && at + 4 + bytes.readUInt32BE(at) + 32 < bytes.length)
    faults.push(`${tornBytes} bytes at the end of journal file ${number} are not readable; they are kept beside it.`)
  return file
}
