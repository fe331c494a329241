import { z } from 'zod'
import type { Instant } from '../../base/time.ts'
import { readJson, type SiteFolder, writeJson } from './folder.ts'

const shape = z.object({
  newest: z.number(),
  heardAt: z.number().optional(),
  signedInAt: z.number().optional(),
  /** The hub told this site that it was revoked. */
  revokedAt: z.number().optional(),
})

/** What a site must remember across a power cut besides packs, keys and journal. Holds no names. */
export type Seen = {
  /** Newest time that this site has ever known it to be. */
  newest: Instant | undefined
  /** Last word from the hub. */
  heardAt: Instant | undefined
  signedInAt: Instant | undefined
  revokedAt: Instant | undefined
}

export async function readSeen(folder: SiteFolder): Promise<Seen> {
  // Damaged, it is worth no more than lost: the clock's floor is gone, packs and journal are not.
  const read = await readJson(folder.seen, shape).catch(() => undefined)
  return {
    newest: read?.newest,
    heardAt: read?.heardAt,
    signedInAt: read?.signedInAt,
    revokedAt: read?.revokedAt,
  }
}

export async function writeSeen(folder: SiteFolder, seen: Seen & { newest: Instant }): Promise<void> {
  await writeJson(folder.seen, seen)
}
