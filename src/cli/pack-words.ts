import { readdir } from 'node:fs/promises'
import { Failure, reasonOf } from '../base/failure.ts'
import type { Manifest } from '../pack/pack.ts'

/** Every `<packId>.json` of a folder that reads as a manifest. */
export async function packIdsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    throw new Failure('transient', `${folder} cannot be read (${reasonOf(thrown)}).`, { cause: thrown })
  })
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .toSorted()
}

export function published(manifest: Manifest): string {
  return `published ${new Date(manifest.publishedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
