import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditLine } from '../../access/access.ts'
import { readJournalHeader } from '../../access/site-journal.ts'
import { syncFolder } from '../../base/durable.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { type Clock, DAY } from '../../base/time.ts'
import type { JournalHandOver, JournalReceipt } from '../../pack/link.ts'
import { cutTornTail, type JournalFile, journalFiles, nextName, readJournalFile } from './files.ts'
import { nextHandOver, readHandedOver, withReceipt, writeHandedOver } from './hand-over.ts'
import { JournalWriter } from './writer.ts'

/** Files that the hub has whole stay here for so long, in case that the hub's disk is what was lost. */
const KEEP_MS = 30 * DAY

/**
 * The site's journal: every sign-in, view, search and print, on the disk before the answer leaves (access/site-journal.ts has the format).
 * An append that cannot be made durable throws Failure('transient'), and whatever wanted it must not happen.
 */
export type Journal = {
  append(line: AuditLine): Promise<void>
  /** Lines that the hub has not confirmed. */
  waiting(): number
  /** What to offer the hub next; undefined when it has everything. */
  nextHandOver(): JournalHandOver | undefined
  settle(offered: JournalHandOver, receipt: JournalReceipt): Promise<void>
  /** Sentences about files that somebody changed; empty when all is well. */
  faults(): string[]
  close(): Promise<void>
}

export async function openJournal(options: {
  folder: string
  siteId: string
  /** age recipients of the hub and of the site. */
  recipients: string[]
  clock: Clock
  log: Log
}): Promise<Journal> {
  const { folder, siteId, recipients, clock, log } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const faults: string[] = []
  const past = await readPast(folder, faults, log)
  let handedOver = await readHandedOver(folder)
  await dropOld(folder, past, handedOver, clock)

  const begin = async (names: string[], before: { file: string; last: JournalFile['last'] } | undefined) =>
    JournalWriter.begin(
      folder,
      {
        siteId,
        file: nextName(names),
        startedAt: clock.now(),
        previous: before?.last === undefined ? null : { file: before.file, ...before.last },
      },
      recipients,
    )
  const kept: { file: string; header: string; lines: string[] }[] = past
  let writer = await begin(await journalFiles(folder), past.at(-1))
  let turning: Promise<void> | undefined
  const turn = async () => {
    const broken = writer
    await broken.cutBack()
    writer = await begin(await journalFiles(folder), broken)
    kept.push(broken)
    await broken.close()
  }

  return {
    async append(line) {
      if (writer.broken) {
        turning ??= turn().finally(() => {
          turning = undefined
        })
        await turning.catch((thrown: unknown) => {
          throw new Failure('transient', `The journal cannot be written (${reasonOf(thrown)}); free the disk.`)
        })
      }
      await writer.append(line)
    },
    waiting: () =>
      [...kept, writer].reduce((sum, { file, lines }) => sum + Math.max(0, lines.length - (handedOver[file] ?? 0)), 0),
    nextHandOver: () => nextHandOver([...kept, writer], handedOver),
    async settle(offered, receipt) {
      handedOver = withReceipt(handedOver, receipt, offered)
      await writeHandedOver(folder, handedOver)
    },
    faults: () => [...faults],
    close: () => writer.close(),
  }
}

async function readPast(folder: string, faults: string[], log: Log): Promise<JournalFile[]> {
  const past: JournalFile[] = []
  for (const file of await journalFiles(folder)) {
    try {
      const read = await readJournalFile(folder, file)
      const cutBytes = await cutTornTail(folder, read)
      if (cutBytes > 0)
        log.warn({ file, cutBytes }, 'cut a torn tail off the journal: the power went while it was written')
      if (read.fault !== undefined) faults.push(`${file}: ${read.fault.because}`)
      past.push(read)
    } catch (thrown) {
      faults.push(`${file}: ${reasonOf(thrown)}`)
    }
  }
  return past
}

/** Forgets files that the hub confirmed to the last line long ago; the newest stays, because the next one names it. */
async function dropOld(folder: string, past: JournalFile[], handedOver: { [file: string]: number }, clock: Clock) {
  const old = past
    .slice(0, -1)
    .filter(
      ({ file, lines, header, fault }) =>
        fault === undefined &&
        (handedOver[file] ?? 0) >= lines.length &&
        readJournalHeader(header).startedAt < clock.now() - KEEP_MS,
    )
  for (const gone of old) {
    await rm(join(folder, gone.file), { force: true })
    past.splice(past.indexOf(gone), 1)
  }
  if (old.length > 0) await syncFolder(folder)
}
