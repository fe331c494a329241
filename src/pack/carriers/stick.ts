import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../base/durable.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import { type CheckedPack, checkPack } from '../check.ts'
import type { Vault } from '../files.ts'
import { readManifest } from '../manifest.ts'
import { mirrorPack } from '../mirror.ts'
import type { SignedManifest } from '../pack.ts'
import { openVault } from '../vault/store.ts'
import { folderCarrier } from './folder.ts'

export type Exported = { packId: string; sequence: number; files: number; bytes: number; read: CheckedPack }

const README = `These are packs of Holdfast: sealed copies of schedules and charts, for a clinic that cannot be reached over the network.
Nothing on this stick can be read without the key of the clinic's lockbox or the practice's recovery key.

In the clinic, on the lockbox:   holdfast pack import --from <this folder>
Whether the stick is whole:      holdfast pack verify <this folder>
With the recovery key on paper:  holdfast pack open --recovery-key <file> --from <this folder>

Do not change or rename anything in here. When the stick is no longer needed, erase it.
`

/**
 * Packs onto a stick: checked before, written whole, read back after. A stick that is pulled out midway holds the packs that were on it before; doing it again goes
 * on where it stopped. Throws `Failure` when a pack here is damaged, the stick is full, or what was read back is not what was written.
 */
export async function exportToStick(
  vault: Vault,
  packs: readonly SignedManifest[],
  folder: string,
): Promise<Exported[]> {
  const stick = folderCarrier(folder)
  await makeFolder(folder)
  await refuseIfFull(vault, packs, folder, (file) => stick.holds(file))
  const exported: Exported[] = []
  for (const signed of packs) {
    const manifest = readManifest(signed)
    const before = await checkPack(vault, manifest)
    if (before.missing.length + before.damaged.length > 0)
      throw new Failure(
        'permanent',
        `The pack "${manifest.packId}" on this machine is not whole (${before.missing.length} files missing, ${before.damaged.length} damaged); it was not exported. Let it be fetched again first.`,
      )
    const sent = await mirrorPack(vault, stick, signed)
    const read = await checkPack(await openVault(folder, true), manifest)
    if (read.missing.length + read.damaged.length > 0)
      throw new Failure(
        'permanent',
        `The stick does not give back what was written to it (${read.damaged.length} files). Use another one.`,
      )
    exported.push({ packId: manifest.packId, sequence: manifest.sequence, ...sent, read })
  }
  await writeWhole(join(folder, 'README.txt'), README, 0o644)
  return exported
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (thrown) {
    throw new Failure(
      'transient',
      `Nothing can be written to ${folder} (${reasonOf(thrown)}). Is the stick connected and not write-protected?`,
      {
        cause: thrown,
      },
    )
  }
}

async function refuseIfFull(
  vault: Vault,
  packs: readonly SignedManifest[],
  folder: string,
  holds: (file: { name: string; sizeBytes: number }) => Promise<boolean>,
): Promise<void> {
  let wanted = 0
  for (const file of packs.flatMap((signed) => readManifest(signed).files)) {
    if ((await vault.has(file)) && !(await holds(file))) wanted += file.sizeBytes
  }
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (wanted > free)
    throw new Failure(
      'permanent',
      `The stick has ${Math.floor(free / 1e6)} MB free and ${Math.ceil(wanted / 1e6)} MB are needed. Nothing was written; what was on it before still works.`,
    )
}
