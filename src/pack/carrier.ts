import type { FileName, PackFile, SignedManifest } from './pack.ts'

/**
 * Something that brings packs: the hub, a folder or stick, a web server, an object store. It is not trusted and needs no secret of the pack; whoever
 * receives checks everything. All calls throw only `Failure`, within the carrier's own deadline: `transient` when it is away, slow or does not have a file (any more),
 * `permanent` when it refuses us or brings what is not a pack.
 */
export type Carrier = {
  /** For a person: "the folder /media/stick", "https://packs.example.org". */
  readonly where: string
  /** null when nothing of that pack is there. */
  manifest(packId: string, signal?: AbortSignal): Promise<SignedManifest | null>
  /** The sealed bytes from that offset on, as they come. */
  file(name: FileName, from: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

/** One that can be filled. A file or manifest is there whole or not at all. */
export type WritableCarrier = Carrier & {
  holds(file: Pick<PackFile, 'name' | 'sizeBytes'>, signal?: AbortSignal): Promise<boolean>
  putFile(
    name: FileName,
    sizeBytes: number,
    bytes: () => AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void>
  putManifest(packId: string, signed: SignedManifest, signal?: AbortSignal): Promise<void>
}
