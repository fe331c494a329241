import { open, readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { followLines, readJournalHeader, readLink } from '../../access/site-journal.ts'
import type { ChainFault } from '../../base/chain.ts'

/** `journal-000042.jsonl`: one file for each time the site started. */
const NAME = /^journal-(\d{6})\.jsonl$/

export type JournalFile = {
  file: string
  header: string
  /** Whole lines, oldest first. */
  lines: string[]
  last: { seq: number; hash: string } | undefined
  /** Bytes up to the end of the last line that fits. */
  goodBytes: number
  sizeBytes: number
  /** A whole line that does not follow: not a power cut, somebody changed the file. */
  fault: ChainFault | undefined
}

/** Names in the order in which the files were begun. */
export async function journalFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name)).sort()
}

export function nextName(names: string[]): string {
  const newest = Number(NAME.exec(names.at(-1) ?? '')?.[1] ?? 0)
  return `journal-${String(newest + 1).padStart(6, '0')}.jsonl`
}

/** Reads what can be believed. Throws Failure('permanent') when the file does not begin with a header. */
export async function readJournalFile(folder: string, file: string): Promise<JournalFile> {
  const bytes = await readFile(join(folder, file))
  return judgeFile(file, bytes)
}

/** The same, pure: what of these bytes is a journal. */
export function judgeFile(file: string, bytes: Buffer): JournalFile {
  const texts = bytes.toString('utf8').split('\n')
  // What stands after the last line end is empty or torn.
  texts.pop()
  const [header = '', ...lines] = texts
  readJournalHeader(header)
  const { links, fault } = followLines(undefined, lines)
  const good = lines.slice(0, links.length)
  const goodBytes = Buffer.byteLength(`${[header, ...good].join('\n')}\n`)
  // A power cut leaves half a line, or rubbish where blocks never reached the disk. A whole line that does not fit was put there.
  const odd = lines[links.length]
  const tampered = odd !== undefined && readLink(odd) !== undefined
  return {
    file,
    header,
    lines: good,
    last: links.at(-1),
    goodBytes,
    sizeBytes: bytes.length,
    fault: tampered ? fault : undefined,
  }
}

/** Cuts a torn tail, durably. A file that somebody changed is left as it is, for whoever looks into it. */
export async function cutTornTail(folder: string, read: JournalFile): Promise<number> {
  if (read.fault !== undefined || read.sizeBytes === read.goodBytes) return 0
  const path = join(folder, read.file)
  await truncate(path, read.goodBytes)
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  return read.sizeBytes - read.goodBytes
}
