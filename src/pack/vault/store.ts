import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeWhole } from '../../base/durable.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Draft, RandomAccess, Vault } from '../files.ts'
import { parseSigned } from '../manifest.ts'
import type { FileName, PackFile } from '../pack.ts'

/**
 * A vault in a folder:
 *
 *     files/ab/ab12...      sealed files by name, 256 folders (a FAT stick holds some ten thousand long names in one)
 *     drafts/               what is being written; nothing in it counts
 *     <packId>.json         the adopted manifest
 *     <packId>.sequence     the highest sequence that was ever adopted
 *
 * Files are fsynced before they get their name, and folders before a manifest is adopted, so a power cut at any instant leaves the last good pack.
 * `forAll`: other users of the machine may read it (a stick, a share); everything in it is sealed.
 */
export async function openVault(folder: string, forAll = false): Promise<Vault> {
  const fileMode = forAll ? 0o644 : 0o600
  const folderMode = forAll ? 0o755 : 0o700
  const drafts = join(folder, 'drafts')
  /** Folders whose new names have not been made to survive a power cut yet. */
  const unsettled = new Set<string>()

  const pathOf = (name: FileName): string => join(folder, 'files', name.slice(0, 2), name)
  const manifestPath = (packId: string): string => join(folder, `${plainName(packId)}.json`)
  const sequencePath = (packId: string): string => join(folder, `${plainName(packId)}.sequence`)

  /** Only who writes makes folders: a stick may be write-protected. */
  const makeFolders = async (): Promise<void> => {
    await mkdir(drafts, { recursive: true, mode: folderMode })
    await mkdir(join(folder, 'files'), { recursive: true, mode: folderMode })
  }
  /** Gives a finished, fsynced draft its name. */
  const settle = async (draft: string, name: FileName): Promise<void> => {
    const target = pathOf(name)
    const parent = join(folder, 'files', name.slice(0, 2))
    if ((await mkdir(parent, { recursive: true, mode: folderMode })) !== undefined) unsettled.add(join(folder, 'files'))
    await rename(draft, target)
    unsettled.add(parent)
  }
  const settleFolders = async (): Promise<void> => {
    for (const one of unsettled) {
      unsettled.delete(one)
      await syncFolder(one)
    }
  }

  return {
    async has({ name, sizeBytes }) {
      const found = await stat(pathOf(name)).catch(() => undefined)
      return found !== undefined && (sizeBytes === 0 || found.size === sizeBytes)
    },

    open: (name) => openOnDisk(pathOf(name)),

    async create() {
      await makeFolders()
      const path = join(drafts, `${process.pid}-${randomBytes(6).toString('hex')}`)
      return newDraft(path, await open(path, 'wx', fileMode), settle)
    },

    async receive(file, fetch) {
      await makeFolders()
      const part = join(drafts, `${file.name}.part`)
      await receivePart(part, file, fetch, fileMode)
      await settle(part, file.name)
    },

    async current(packId) {
      const text = await readFile(manifestPath(packId), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : parseSigned(text)
    },

    async highWater(packId) {
      const text = await readFile(sequencePath(packId), 'utf8').catch(() => undefined)
      return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
    },

    async adopt(packId, signed, sequence) {
      await settleFolders()
      await writeWhole(manifestPath(packId), JSON.stringify(signed), fileMode)
      await writeWhole(sequencePath(packId), String(sequence), fileMode)
    },

    discard: (name) => rm(pathOf(name), { force: true }),

    async sweep(keep, before) {
      let removed = 0
      const removeOld = async (path: string): Promise<void> => {
        const found = await stat(path).catch(() => undefined)
        if (found === undefined || found.mtimeMs >= before) return
        await rm(path, { force: true })
        removed++
      }
      for (const draft of await namesIn(drafts)) await removeOld(join(drafts, draft))
      for (const shelf of await namesIn(join(folder, 'files'))) {
        for (const name of await namesIn(join(folder, 'files', shelf))) {
          if (!keep.has(name)) await removeOld(join(folder, 'files', shelf, name))
        }
      }
      return removed
    },
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return []
    throw thrown
  })
}

function newDraft(path: string, handle: FileHandle, settle: (draft: string, name: FileName) => Promise<void>): Draft {
  const hash = createHash('sha256')
  let sizeBytes = 0
  return {
    async write(bytes) {
      hash.update(bytes)
      sizeBytes += bytes.length
      await handle.writeFile(bytes)
    },
    async finish() {
      await handle.sync()
      await handle.close()
      const name = hash.digest('hex')
      await settle(path, name)
      return { name, sizeBytes }
    },
    async drop() {
      await handle.close().catch(() => {})
      await rm(path, { force: true })
    },
  }
}

/** Continues what a cut line left behind; begins again when that turns out not to be the start of the file. */
async function receivePart(
  part: string,
  file: Pick<PackFile, 'name' | 'sizeBytes'>,
  fetch: (from: number) => Promise<AsyncIterable<Uint8Array>>,
  mode: number,
): Promise<void> {
  const handle = await open(part, 'a+', mode)
  try {
    const hash = createHash('sha256')
    let have = 0
    const written: AsyncIterable<Buffer> = handle.createReadStream({ start: 0, autoClose: false })
    for await (const bytes of written) {
      hash.update(bytes)
      have += bytes.length
    }
    const continued = have > 0
    if (file.sizeBytes === 0 || have < file.sizeBytes) {
      for await (const bytes of await fetch(have)) {
        have += bytes.length
        if (file.sizeBytes > 0 && have > file.sizeBytes) break
        hash.update(bytes)
        await handle.writeFile(bytes)
      }
    }
    if (file.sizeBytes > 0 && have < file.sizeBytes)
      throw new Failure(
        'transient',
        'A pack file broke off on its way; the rest is fetched at the next try. The last good pack stays in use.',
      )
    if (hash.digest('hex') !== file.name || (file.sizeBytes > 0 && have !== file.sizeBytes)) {
      await handle.truncate(0)
      throw new Failure(
        continued ? 'transient' : 'permanent',
        'A pack file is not what its name says: it was changed on its way or where it is kept. The last good pack stays in use.',
      )
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Throws `permanent` where the file is not there. */
export async function openOnDisk(path: string): Promise<RandomAccess> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (thrown) {
    throw new Failure(
      'permanent',
      `A pack file is missing on this machine (${reasonOf(thrown).split(',')[0]}). Fetch the pack again.`,
      { cause: thrown },
    )
  }
  const { size } = await handle.stat()
  let closed: Promise<void> | undefined
  const readInto = async (target: Uint8Array, offset: number): Promise<void> => {
    let have = 0
    while (have < target.length) {
      const { bytesRead } = await handle.read(target, have, target.length - have, offset + have)
      if (bytesRead === 0) throw new Failure('permanent', 'A pack file ends before it should; fetch the pack again.')
      have += bytesRead
    }
  }
  return {
    sizeBytes: size,
    async read(offset, length) {
      const bytes = Buffer.allocUnsafeSlow(length)
      await readInto(bytes, offset)
      return bytes
    },
    readInto,
    close: () => (closed ??= handle.close()),
  }
}

function plainName(packId: string): string {
  if (!/^[\w.-]{1,100}$/.test(packId) || packId.startsWith('.'))
    throw new Failure('permanent', 'The id of a pack may hold letters, digits, "-", "_" and "." only.')
  return packId
}
