import type { FileName, PackFile, SignedManifest } from './pack.ts'

/** A file that can be read at any place. `read` gives exactly `length` bytes or throws a `Failure`. */
export type RandomAccess = {
  readonly sizeBytes: number
  read(offset: number, length: number): Promise<Uint8Array>
  /** The same into memory that is there already, where that can be done. */
  readInto?(target: Uint8Array, offset: number): Promise<void>
  close(): Promise<void>
}

/** A file in the making. It exists under its name only after `finish`; `drop` leaves nothing behind. */
export type Draft = {
  write(bytes: Uint8Array): Promise<void>
  /** The name is the SHA-256 of what was written. */
  finish(): Promise<{ name: FileName; sizeBytes: number }>
  drop(): Promise<void>
}

/**
 * Sealed files and the last good manifest of each pack, on this machine. A file is whole or absent, and a manifest is adopted only after
 * all of its files are here and have survived to the disk.
 */
export type Vault = {
  has(file: Pick<PackFile, 'name' | 'sizeBytes'>): Promise<boolean>
  open(name: FileName): Promise<RandomAccess>
  create(): Promise<Draft>
  /**
   * Brings one file in. `fetch(from)` yields its bytes from that offset on: what a cut line left behind is kept and continued. Throws
   * `permanent` when what came is not the file of that name.
   */
  receive(
    file: Pick<PackFile, 'name' | 'sizeBytes'>,
    fetch: (from: number) => Promise<AsyncIterable<Uint8Array>>,
  ): Promise<void>
  current(packId: string): Promise<SignedManifest | undefined>
  /** The highest sequence that was ever adopted; kept beside the manifest, so that a lost manifest does not let an older one in. */
  highWater(packId: string): Promise<number | undefined>
  adopt(packId: string, signed: SignedManifest, sequence: number): Promise<void>
  /** Takes a file away that turned out to be damaged, so that it is fetched again. */
  discard(name: FileName): Promise<void>
  /** Removes files that are not in `keep` and were last written before `before`, and drafts that nobody finished. Returns how many. */
  sweep(keep: ReadonlySet<FileName>, before: number): Promise<number>
}

/** Every file that a manifest needs, the keyring among them (its size is not in the manifest). */
export function namesOf(manifest: { keyring: FileName; files: readonly Pick<PackFile, 'name'>[] }): Set<FileName> {
  return new Set([manifest.keyring, ...manifest.files.map((file) => file.name)])
}

export async function readAll(file: RandomAccess): Promise<Uint8Array> {
  try {
    return await file.read(0, file.sizeBytes)
  } finally {
    await file.close()
  }
}
