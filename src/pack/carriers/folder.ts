import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../base/durable.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { WritableCarrier } from '../carrier.ts'
import { parseSigned } from '../manifest.ts'
import { piecesOf } from '../mirror.ts'
import type { SignedManifest } from '../pack.ts'
import { openVault } from '../vault/store.ts'

/**
 * A folder: a USB stick, a share, a disk of a backup. It is laid out as every plain carrier is: `<packId>.json` and `files/ab/ab12...`.
 * A stick that is pulled out midway holds the pack that was on it before; what was begun is continued the next time.
 */
export async function folderCarrier(folder: string, options: { create: boolean }): Promise<WritableCarrier> {
  const where = `the folder ${folder}`
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
  if (!options.create) await guarded(() => access(folder))
  const vault = await guarded(() => openVault(folder))

  return {
    where,
    manifest: (packId) =>
      guarded(async () => {
        await access(folder)
        let text: string
        try {
          text = await readFile(join(folder, `${packId}.json`), 'utf8')
        } catch (thrown) {
          if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
          throw thrown
        }
        return parseSigned(text)
      }),
    file: (name, from) =>
      guarded(async () => {
        if (!(await vault.has({ name, sizeBytes: 0 })))
          throw new Failure(
            'transient',
            `A pack file is not in ${where}. Export the pack to it again, or wait until it is complete.`,
          )
        return closing(await vault.open(name), from, away)
      }),
    holds: (file) => guarded(() => vault.has(file)),
    putFile: (name, sizeBytes, bytes) =>
      guarded(() => vault.receive({ name, sizeBytes }, async (from) => skip(bytes(), from))),
    putManifest: (packId: string, signed: SignedManifest) =>
      guarded(async () => {
        await writeWhole(join(folder, `${packId}.json`), JSON.stringify(signed), 0o644)
      }),
  }
}

async function* closing(
  file: Parameters<typeof piecesOf>[0],
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

/** The bytes without the first `count`: they are there already. */
export async function* skip(bytes: AsyncIterable<Uint8Array>, count: number): AsyncIterable<Uint8Array> {
  let left = count
  for await (const piece of bytes) {
    if (piece.length > left) yield piece.subarray(left)
    left = Math.max(0, left - piece.length)
  }
}
