import { Failure } from '../base/failure.ts'
import type { Clock } from '../base/time.ts'
import { readAll, type Vault } from './files.ts'
import { type Keyring, openKeyring, sealKeyring } from './keyring.ts'
import { readManifest } from './manifest.ts'
import type { FileName, Manifest, SignedManifest, SiteSettings } from './pack.ts'
import { type SigningKey, signManifest } from './signing.ts'

/** Who publishes, and where the sealed files are put. */
export type Publisher = {
  practiceId: string
  /** The hub's own: manifests are signed by `signing`, keyrings open with `identity`. */
  keys: { signing: SigningKey; identity: string; recipient: string }
  /** Public halves of the offline recovery keys; they can open whatever is published. */
  recoveryRecipients: readonly string[]
  vault: Vault
  clock: Clock
  restrictedPolicy: SiteSettings['restrictedPolicy']
}

/**
 * A publication whose files are in the vault and whose manifest is signed. It is published by whoever notes it first: the sequence is one more than that of
 * `previous`, so of two that were prepared at the same time one is refused, and prepares again from what the other published. Files of a publication that was
 * never noted are leftovers, which `Vault.sweep` removes.
 */
export type Prepared = {
  signed: SignedManifest
  manifest: Manifest
  /** Files that did not exist before. */
  wrote: { files: number; bytes: number }
}

/** Everybody who is given the data keys: these, the hub itself, and the recovery keys. */
export function allRecipients(publisher: Publisher, recipients: readonly string[]): string[] {
  return [...recipients, publisher.keys.recipient, ...publisher.recoveryRecipients]
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

type Publication = Pick<Manifest, 'kind' | 'packId' | 'files' | 'freshness'> & {
  before: Manifest | undefined
  /** The keyring before, and the one that is due; the same object when nothing about it changed. */
  keyring: { known: Keyring | undefined; due: Keyring }
  sequenceAtLeast: number | undefined
  loading?: boolean
}

/** Signs the manifest over files that are in the vault. */
export async function publication(publisher: Publisher, made: Publication): Promise<Prepared> {
  const { before, keyring, kind, packId, files, freshness, loading } = made
  const manifest: Manifest = {
    format: 'holdfast-pack/1',
    practiceId: publisher.practiceId,
    kind,
    packId,
    sequence: Math.max((before?.sequence ?? 0) + 1, made.sequenceAtLeast ?? 0),
    publishedAt: publisher.clock.now(),
    keyring:
      before !== undefined && keyring.due === keyring.known
        ? before.keyring
        : (await writeFile(publisher.vault, await sealKeyring(keyring.due))).name,
    files,
    freshness,
    ...(loading === undefined ? {} : { loading }),
  }
  const old = new Set(before?.files.map((file) => file.name))
  const fresh = files.filter((file) => !old.has(file.name))
  return {
    signed: signManifest(JSON.stringify(manifest), publisher.keys.signing),
    manifest,
    wrote: { files: fresh.length, bytes: fresh.reduce((sum, file) => sum + file.sizeBytes, 0) },
  }
}
