import { Failure } from '../base/failure.ts'
import type { Clock } from '../base/time.ts'
import { readAll, type Vault } from './files.ts'
import { type Keyring, openKeyring, sealKeyring } from './keyring.ts'
import { readManifest } from './manifest.ts'
import type { FileName, Manifest, PackFile, SignedManifest, SiteSettings } from './pack.ts'
import { type SigningKey, signManifest } from './signing.ts'

/** The hub's own secrets. `recoveryRecipient`: the public half of the offline recovery key, whose private half is on paper only. */
export type HubKeys = {
  signing: SigningKey
  identity: string
  recipient: string
  recoveryRecipient: string | undefined
}

/** Who publishes, and where the sealed files are put. */
export type Publisher = {
  practiceId: string
  keys: HubKeys
  vault: Vault
  clock: Clock
  restrictedPolicy: SiteSettings['restrictedPolicy']
}

/** A publication whose files are in the vault and whose manifest is signed; it is published by whoever records it first (store.ts). */
export type Prepared = {
  signed: SignedManifest
  manifest: Manifest
  /** What stands before it; undefined for the first. Recording fails when something else was published since. */
  after: number | undefined
  /** Files that did not exist before, and their size altogether. */
  wrote: { files: number; bytes: number }
  /** Which content each file of a site pack was sealed from, so that unchanged content is not sealed and sent again. */
  contents: { contentHash: string; file: PackFile }[]
}

/** Who may read besides those given: the hub itself, and the recovery key. */
export function allRecipients(keys: HubKeys, recipients: readonly string[]): string[] {
  return [...recipients, keys.recipient, ...(keys.recoveryRecipient === undefined ? [] : [keys.recoveryRecipient])]
}

export async function writeFile(vault: Vault, bytes: Uint8Array): Promise<{ name: FileName; sizeBytes: number }> {
  const draft = await vault.create()
  try {
    await draft.write(bytes)
    return await draft.finish()
  } catch (thrown) {
    await draft.drop()
    throw thrown
  }
}

/** The keyring of what was published last, opened with the hub's own key. */
export async function keyringOf(publisher: Publisher, previous: Manifest): Promise<Keyring> {
  const sealed = await readAll(await publisher.vault.open(previous.keyring))
  return openKeyring(sealed, publisher.keys.identity, previous.packId)
}

/** The file of a keyring; the one that was published last where nothing changed. */
export async function keyringFile(
  publisher: Publisher,
  keyring: Keyring,
  previous?: { keyring: Keyring; name: FileName },
): Promise<FileName> {
  if (previous !== undefined && previous.keyring === keyring) return previous.name
  return (await writeFile(publisher.vault, await sealKeyring(keyring))).name
}

export function previousManifest(
  publisher: Publisher,
  previous: SignedManifest | undefined,
  packId: string,
): Manifest | undefined {
  if (previous === undefined) return undefined
  const manifest = readManifest(previous)
  if (manifest.packId !== packId || manifest.practiceId !== publisher.practiceId)
    throw new Failure('permanent', `What was published before is the pack "${manifest.packId}", not "${packId}".`)
  return manifest
}

/**
 * The sequence after `previous`. It is at least the seconds since 1970, so it goes on rising when the hub's database comes back from a backup that is
 * older than the sites' packs.
 */
export function nextSequence(previous: number | undefined, clock: Clock): number {
  return Math.max((previous ?? 0) + 1, Math.floor(clock.now() / 1000))
}

export function signed(publisher: Publisher, manifest: Manifest): SignedManifest {
  return signManifest(JSON.stringify(manifest), publisher.keys.signing)
}
