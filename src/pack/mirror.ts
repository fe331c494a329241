import type { WritableCarrier } from './carrier.ts'
import type { RandomAccess, Vault } from './files.ts'
import { readManifest } from './manifest.ts'
import type { SignedManifest } from './pack.ts'

const PIECE = 1024 * 1024

/** Brings a pack from the vault to a carrier: files first, the manifest last, so whoever reads meanwhile finds the old one whole. Costs what is not there yet. */
export async function mirrorPack(
  vault: Vault,
  carrier: WritableCarrier,
  signed: SignedManifest,
  signal?: AbortSignal,
): Promise<{ files: number; bytes: number }> {
  const manifest = readManifest(signed)
  const sent = { files: 0, bytes: 0 }
  for (const { name } of [{ name: manifest.keyring }, ...manifest.files]) {
    const file = await vault.open(name)
    try {
      if (await carrier.holds({ name, sizeBytes: file.sizeBytes }, signal)) continue
      await carrier.putFile(name, file.sizeBytes, () => piecesOf(file), signal)
      sent.files++
      sent.bytes += file.sizeBytes
    } finally {
      await file.close()
    }
  }
  await carrier.putManifest(manifest.packId, signed, signal)
  return sent
}

export async function* piecesOf(file: RandomAccess, from = 0): AsyncIterable<Uint8Array> {
  for (let at = from; at < file.sizeBytes; at += PIECE) yield file.read(at, Math.min(PIECE, file.sizeBytes - at))
}
