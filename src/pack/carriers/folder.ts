import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { WritableCarrier } from '../carrier.ts'
import type { RandomAccess, Vault } from '../files.ts'
import { parseSigned, readManifest } from '../manifest.ts'
import { piecesOf } from '../mirror.ts'
import { openOnDisk, openVault } from '../vault/store.ts'
import { skip } from './skip.ts'

/**
 * A folder: a USB stick, a share, a disk of a backup. It is laid out as every plain carrier is: `<packId>.json` and `files/ab/ab12...`. Reading writes nothing
 * into it. A stick that is pulled out midway holds the pack that was on it before; what was begun is continued the next time.
 */
export function folderCarrier(folder: string): WritableCarrier {
  const where = `the folder ${folder}`
  const pathOf = (name: string): string => join(folder, 'files', name.slice(0, 2), name)
  let opened: Promise<Vault> | undefined
  const writable = (): Promise<Vault> => (opened ??= openVault(folder, true))
  const away = (thrown: unknown): Failure =>
    thrown instanceof Failure
      ? thrown
      : new Failure(
          'transient',
          `Nothing can be read from or written to ${where} (${reasonOf(thrown)}). Is the stick or the share connected, and may this user use it? What is on this machine is not changed.`,
          { cause: thrown },
        )
  const guarded = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    try {
      return await act()
    } catch (thrown) {
      throw away(thrown)
    }
  }

  return {
    where,
    manifest: (packId) =>
      guarded(async () => {
        await stat(folder)
        const text = await readFile(join(folder, `${packId}.json`), 'utf8').catch((thrown: unknown) => {
          if (isMissing(thrown)) return undefined
          throw thrown
        })
        return text === undefined ? null : parseSigned(text)
      }),
    file: (name, from) =>
      guarded(async () => {
        await stat(pathOf(name)).catch((thrown: unknown) => {
          if (!isMissing(thrown)) throw thrown
          throw new Failure(
            'transient',
            `A pack file is not in ${where}. Export the pack to it again, or wait until it is complete.`,
          )
        })
        return reading(await openOnDisk(pathOf(name)), from, away)
      }),
    holds: ({ name, sizeBytes }) =>
      guarded(async () => {
        const found = await stat(pathOf(name)).catch(() => undefined)
        return found !== undefined && found.size === sizeBytes
      }),
    putFile: (name, sizeBytes, bytes) =>
      guarded(async () => (await writable()).receive({ name, sizeBytes }, async (from) => skip(bytes(), from))),
    putManifest: (packId, signed) =>
      guarded(async () => (await writable()).adopt(packId, signed, readManifest(signed).sequence)),
  }
}

async function* reading(
  file: RandomAccess,
  from: number,
  away: (thrown: unknown) => Failure,
): AsyncIterable<Uint8Array> {
  try {
    yield* piecesOf(file, from)
  } catch (thrown) {
    throw away(thrown)
  } finally {
    await file.close()
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}
