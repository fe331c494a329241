import type { Stats } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import type { FilesConfig } from './config.ts'
import { inOrderTaken, readTakenName, type Taken } from './taken-name.ts'

/** A file that was taken in: good ones lie in `done`, bad ones in `quarantine` with the reason beside them. */
export type TakenFile = Taken & { path: string; bad: boolean }

export const REASON_ENDING = '.reason.txt'

export function foldersOf(config: FilesConfig): { drop: string; done: string; quarantine: string } {
  return { drop: config.folder, done: join(config.folder, 'done'), quarantine: join(config.folder, 'quarantine') }
}

/** Files that lie in the folder and may be for us. Failure `transient` when the folder cannot be read. */
export async function waitingFiles(config: FilesConfig): Promise<string[]> {
  try {
    const entries = await readdir(config.folder, { withFileTypes: true })
    const { settled, partial } = config
    const others = settled.by === 'marker' ? [...partial, settled.ending] : partial
    return entries
      .filter(
        (entry) =>
          entry.isFile() && !entry.name.startsWith('.') && !others.some((ending) => entry.name.endsWith(ending)),
      )
      .map(({ name }) => name)
      .toSorted()
  } catch (thrown) {
    throw new Failure(
      'transient',
      `The drop folder cannot be read (${reasonOf(thrown)}). Is the share mounted? What was taken in before stays in use.`,
      { cause: thrown },
    )
  }
}

/** Everything that was taken in so far, in order. */
export async function takenFiles(config: FilesConfig): Promise<TakenFile[]> {
  const { done, quarantine } = foldersOf(config)
  const found: TakenFile[] = []
  for (const [folder, bad] of [
    [done, false],
    [quarantine, true],
  ] as const) {
    for (const name of await namesIn(folder)) {
      const taken = name.endsWith(REASON_ENDING) ? undefined : readTakenName(name)
      if (taken !== undefined) found.push({ ...taken, path: join(folder, name), bad })
    }
  }
  return inOrderTaken(found)
}

/** Makes the folder where it is missing, but never the drop folder above it: that would hide a share that is not mounted. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST'))
      throw new Failure(
        'transient',
        `The drop folder cannot be used (${reasonOf(thrown)}). Is the share mounted, and may we write there?`,
      )
  }
  return readdir(folder)
}

/** A waiting file as it was seen when it was found to be whole. */
export type SettledFile = { name: string; sizeBytes: number; changedAt: Instant; inode: number }

/** Those of the waiting files that nobody writes to any more, as far as the configured sign tells. */
export async function settledAmong(names: string[], config: FilesConfig, signal?: AbortSignal): Promise<SettledFile[]> {
  const { settled, folder } = config
  const first = await lookedAt(folder, names)
  if (settled.by === 'rename') return first
  if (settled.by === 'marker') {
    const beside = new Set(await readdir(folder))
    return first.filter(({ name }) => beside.has(`${name}${settled.ending}`))
  }
  try {
    await wait(settled.forMs, undefined, signal === undefined ? {} : { signal })
  } catch {
    throw new Failure('transient', 'Looking into the drop folder was called off.')
  }
  const again = new Map((await lookedAt(folder, names)).map((file) => [file.name, file]))
  return first.filter((file) => {
    const now = again.get(file.name)
    return now !== undefined && isSame(file, now)
  })
}

/** Whether a file is still what it was, in a place where it may have been moved to meanwhile. */
export async function isUnchanged(file: SettledFile, path: string): Promise<boolean> {
  const now = seenAs(file.name, await stat(path))
  return isSame(file, now)
}

async function lookedAt(folder: string, names: string[]): Promise<SettledFile[]> {
  const seen: SettledFile[] = []
  for (const name of names) {
    try {
      seen.push(seenAs(name, await stat(join(folder, name))))
    } catch (thrown) {
      // Whoever put it there may take it away again.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
    }
  }
  return seen
}

function seenAs(name: string, { size, mtimeMs, ino }: Stats): SettledFile {
  return { name, sizeBytes: size, changedAt: Math.floor(mtimeMs), inode: ino }
}

function isSame(a: SettledFile, b: SettledFile): boolean {
  return a.sizeBytes === b.sizeBytes && a.changedAt === b.changedAt && a.inode === b.inode
}
