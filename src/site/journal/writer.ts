import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditLine } from '../../access/access.ts'
import { type JournalHeader, type JournalSeal, makeJournalHeader, sealLine } from '../../access/site-journal.ts'
import { writeWhole } from '../../base/durable.ts'
import { Failure, reasonOf } from '../../base/failure.ts'

type Waiting = { line: AuditLine; done: () => void; failed: (why: Failure) => void }

/**
 * Appends to one journal file. Lines that arrive while the disk is busy are written and fsynced together (group commit), and `append`
 * resolves only when its line is on the disk. After a write that failed the file takes no more: its key would seal two texts under one
 * nonce; the journal goes on in a new file.
 */
export class JournalWriter {
  readonly file: string
  readonly header: string
  /** Every line that is on the disk. */
  readonly lines: string[] = []
  #last: { seq: number; hash: string } | undefined
  #broken = false
  /** Up to the end of the last line that was acknowledged. */
  #goodBytes: number
  readonly #seal: JournalSeal
  readonly #handle: FileHandle
  #queue: Waiting[] = []
  #running: Promise<void> | undefined

  private constructor(file: string, header: string, seal: JournalSeal, handle: FileHandle) {
    this.file = file
    this.header = header
    this.#seal = seal
    this.#handle = handle
    this.#goodBytes = Buffer.byteLength(`${header}\n`)
  }

  static async begin(
    folder: string,
    facts: Pick<JournalHeader, 'siteId' | 'file' | 'startedAt' | 'previous'>,
    recipients: string[],
  ): Promise<JournalWriter> {
    const { header, seal } = await makeJournalHeader(facts, recipients)
    const path = join(folder, facts.file)
    await writeWhole(path, `${header}\n`)
    return new JournalWriter(facts.file, header, seal, await open(path, 'a'))
  }

  get last(): { seq: number; hash: string } | undefined {
    return this.#last
  }

  get broken(): boolean {
    return this.#broken
  }

  /** Takes what a failed write left behind off the file, durably: nobody was shown what it speaks of, and the next file names the line before. */
  async cutBack(): Promise<void> {
    await this.#handle.truncate(this.#goodBytes)
    await this.#handle.datasync()
  }

  append(line: AuditLine): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ line, done, failed })
      this.#running ??= this.#drain()
    })
  }

  async close(): Promise<void> {
    await this.#running
    await this.#handle.close()
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      await this.#commit(batch)
    }
    // In the same turn as the look at the queue: a line that comes later starts the next run itself.
    this.#running = undefined
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const texts: string[] = []
    let last = this.#last
    try {
      if (this.#broken) throw new Error('an earlier write to this file failed')
      for (const { line } of batch) {
        const next = sealLine(this.#seal, last, line)
        texts.push(next.text)
        last = next.link
      }
      const bytes = Buffer.from(`${texts.join('\n')}\n`)
      await this.#handle.appendFile(bytes)
      await this.#handle.datasync()
      this.#goodBytes += bytes.length
    } catch (cause) {
      this.#broken = true
      const why = new Failure(
        'transient',
        `The journal cannot be written (${reasonOf(cause)}), so patient data is not shown. Paper that is already printed still works; free the disk of this machine.`,
        { cause },
      )
      for (const waiting of batch) waiting.failed(why)
      return
    }
    this.#last = last === undefined ? undefined : { seq: last.seq, hash: last.hash }
    this.lines.push(...texts)
    for (const waiting of batch) waiting.done()
  }
}
