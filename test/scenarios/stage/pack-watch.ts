import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sha256Hex } from '../../../src/base/hash.ts'
import { namesOf } from '../../../src/pack/files.ts'
import { verifyManifest } from '../../../src/pack/manifest.ts'
import type { Manifest } from '../../../src/pack/pack.ts'
import { openVault } from '../../../src/pack/vault/store.ts'
import { siteFolder } from '../../../src/site/local/folder.ts'
import type { Stage } from './stage.ts'

/** Somebody who looks over a site's shoulder, at its disk, many times a second. */
export type PackWatch = {
  /** Every sequence that was seen adopted, by pack. */
  adopted(): Map<string, number[]>
  /** Ends the watch; throws what was seen that must not be. */
  end(): Promise<void>
}

const LOOK_EVERY_MS = 25

/**
 * Watches what a site adopts from now on: each manifest is the hub's and verifies, each file that it names is there and whole, neither its
 * sequence nor what it says of its freshness ever goes back.
 */
export function watchPacks(stage: Stage, siteId: string): PackWatch {
  const folder = siteFolder(stage.site(siteId).folder).packs
  const { centre } = stage.sample.settled
  const last = new Map<string, Manifest>()
  const adopted = new Map<string, number[]>()
  const whole = new Set<string>()
  const over = new AbortController()

  const look = async (packId: string): Promise<void> => {
    const vault = await openVault(folder)
    const signed = await vault.current(packId)
    if (signed === undefined) return
    const before = last.get(packId)
    const manifest = verifyManifest(signed, {
      practiceId: centre.practice.id,
      kind: packId === 'panel' ? 'panel' : 'site',
      packId,
      hubKeys: [centre.keys.signing.publicKey],
    })
    if (before?.sequence === manifest.sequence) return
    assert.ok(manifest.sequence > (before?.sequence ?? -1), `${packId} at ${siteId} went back to an older pack`)
    for (const what of ['schedule', 'keyData', 'canary'] as const)
      assert.ok((manifest.freshness[what] ?? 0) >= (before?.freshness[what] ?? 0), `${what} of ${packId} went back`)
    for (const name of namesOf(manifest)) {
      if (whole.has(name)) continue
      const bytes = await readFile(join(folder, 'files', name.slice(0, 2), name))
      assert.equal(sha256Hex(bytes), name, `a file of ${packId} at ${siteId} is torn`)
      whole.add(name)
    }
    last.set(packId, manifest)
    adopted.set(packId, [...(adopted.get(packId) ?? []), manifest.sequence])
  }
  const watching = (async () => {
    while (!over.signal.aborted) {
      for (const packId of ['panel', siteId]) await look(packId)
      await pause(LOOK_EVERY_MS)
    }
    for (const packId of ['panel', siteId]) await look(packId)
  })()
  // It is reported when the watch ends.
  watching.catch(() => {})
  return {
    adopted: () => adopted,
    end: () => {
      over.abort()
      return watching
    },
  }
}

/** The numbers that were published for each pack, lowest first, as far as the hub still keeps them. */
export async function publishedSequences(stage: Stage): Promise<Map<string, number[]>> {
  const { db } = stage.sample.settled.centre
  const tables = db.withTables<{ published: { pack_id: string; sequence: number } }>()
  const rows = await tables.selectFrom('published').select(['pack_id', 'sequence']).orderBy('sequence').execute()
  const by = Map.groupBy(rows, (row) => row.pack_id)
  return new Map([...by].map(([packId, of]) => [packId, of.map(({ sequence }) => sequence)]))
}

/** Throws when a number is missing or stands twice. */
export function noGap(packId: string, sequences: readonly number[]): void {
  for (const [at, sequence] of sequences.entries())
    if (at > 0) assert.equal(sequence, (sequences[at - 1] ?? 0) + 1, `after ${sequences[at - 1]} of ${packId}`)
}
