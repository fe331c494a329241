import { createHash } from 'node:crypto'
import type { Vault } from './files.ts'
import type { FileName, Manifest } from './pack.ts'

export type CheckedPack = { files: number; bytes: number; missing: FileName[]; damaged: FileName[] }

const PIECE = 4 * 1024 * 1024

/** Reads every file of a pack from its first byte to its last and holds it against its name: what a disk lost is found before it is needed. */
export async function checkPack(vault: Pick<Vault, 'open' | 'has'>, manifest: Manifest): Promise<CheckedPack> {
  const checked: CheckedPack = { files: 0, bytes: 0, missing: [], damaged: [] }
  for (const { name, sizeBytes } of [{ name: manifest.keyring, sizeBytes: 0 }, ...manifest.files]) {
    if (!(await vault.has({ name, sizeBytes: 0 }))) {
      checked.missing.push(name)
      continue
    }
    const file = await vault.open(name)
    try {
      const hash = createHash('sha256')
      for (let at = 0; at < file.sizeBytes; at += PIECE)
        hash.update(await file.read(at, Math.min(PIECE, file.sizeBytes - at)))
      if (hash.digest('hex') !== name || (sizeBytes > 0 && sizeBytes !== file.sizeBytes)) checked.damaged.push(name)
      checked.files++
      checked.bytes += file.sizeBytes
    } finally {
      await file.close()
    }
  }
  return checked
}
