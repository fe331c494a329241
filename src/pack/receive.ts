import { Failure } from '../base/failure.ts'
import type { Instant } from '../base/time.ts'
import type { Carrier } from './carrier.ts'
import { namesOf, type Vault } from './files.ts'
import { type Expected, readManifest, verifyManifest } from './manifest.ts'
import type { FileName, Manifest, PackFile, SignedManifest } from './pack.ts'

export type Received =
  /** The carrier has nothing of this pack, or nothing newer than what is here. */
  | { outcome: 'nothing-new'; manifest: Manifest | undefined }
  /** The carrier has an older one than was ever adopted here: a forgotten stick, or a hub that came back from a backup. It stays where it is. */
  | { outcome: 'older'; manifest: Manifest | undefined; offered: number; highWater: number }
  | { outcome: 'adopted'; manifest: Manifest; fetched: { files: number; bytes: number } }

/**
 * Brings a pack from a carrier into the vault and adopts it: the manifest is verified, every file that is missing here is fetched and checked against its name,
 * `tryOut` may open the whole, and only then does the manifest take the place of the one before. Throws `Failure`; whatever happens, the last good pack stays.
 */
export async function receivePack(request: {
  carrier: Carrier
  vault: Vault
  expected: Expected
  /** Opens what came, before it is adopted; throws when it is not fit for use. */
  tryOut?: (manifest: Manifest) => Promise<void>
  signal?: AbortSignal
}): Promise<Received> {
  const { carrier, expected, signal } = request
  const offered = await carrier.manifest(expected.packId, signal)
  const held = await heldManifest(request.vault, expected)
  if (offered === null) return { outcome: 'nothing-new', manifest: held?.manifest }
  return adoptPack({ ...request, offered, held })
}

async function adoptPack(request: {
  carrier: Pick<Carrier, 'file'>
  vault: Vault
  expected: Expected
  offered: SignedManifest
  held: Held | undefined
  tryOut?: (manifest: Manifest) => Promise<void>
  signal?: AbortSignal
}): Promise<Received> {
  const { carrier, vault, expected, offered, held, signal } = request
  const marks = [await vault.highWater(expected.packId), held?.manifest.sequence].filter((mark) => mark !== undefined)
  const highWater = Math.max(-1, ...marks)
  const manifest = verifyManifest(offered, expected)
  if (manifest.sequence < highWater)
    return { outcome: 'older', manifest: held?.manifest, offered: manifest.sequence, highWater }
  if (held?.manifest.sequence === manifest.sequence && held.signed.manifest !== offered.manifest)
    throw new Failure(
      'permanent',
      'The hub published another pack under a number that was used before; it probably came back from a backup. The last good pack stays in use until the hub publishes a higher number.',
    )
  const missing: Pick<PackFile, 'name' | 'sizeBytes'>[] = []
  for (const file of [{ name: manifest.keyring, sizeBytes: 0 }, ...manifest.files]) {
    if (!(await vault.has(file))) missing.push(file)
  }
  if (held?.manifest.sequence === manifest.sequence && missing.length === 0)
    return { outcome: 'nothing-new', manifest: held.manifest }
  const fetched = { files: 0, bytes: 0 }
  for (const file of missing) {
    await vault.receive(file, (from) => carrier.file(file.name, from, signal))
    fetched.files++
    fetched.bytes += file.sizeBytes
  }
  await request.tryOut?.(manifest)
  await vault.adopt(manifest.packId, offered, manifest.sequence)
  return { outcome: 'adopted', manifest, fetched }
}

export type Held = { signed: SignedManifest; manifest: Manifest }

/** The pack that was adopted last; undefined where there is none, or it is no longer what the hub signed. */
export async function heldManifest(vault: Vault, expected: Expected): Promise<Held | undefined> {
  try {
    const signed = await vault.current(expected.packId)
    if (signed === undefined) return undefined
    return { signed, manifest: verifyManifest(signed, expected) }
  } catch {
    // A manifest that does not verify was damaged on this disk; the next good one takes its place.
    return undefined
  }
}

/** Removes files that no adopted manifest of these packs names, if they were last written before `before`. */
export async function sweepVault(vault: Vault, packIds: readonly string[], before: Instant): Promise<number> {
  const keep = new Set<FileName>()
  for (const packId of packIds) {
    const signed = await vault.current(packId)
    if (signed !== undefined) for (const name of namesOf(readManifest(signed))) keep.add(name)
  }
  return vault.sweep(keep, before)
}
