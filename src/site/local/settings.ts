import { join } from 'node:path'
import { z } from 'zod'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import type { SiteSettings } from '../../pack/pack.ts'
import type { SiteFacts } from './facts.ts'
import { readJson, type SiteFolder, writeJson } from './folder.ts'

const limits = z.object({ staleAfterMs: z.number(), expiredAfterMs: z.number() })
const shape: z.ZodType<SiteSettings> = z.object({
  practiceId: z.string(),
  practiceName: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  zone: z.string(),
  locationIds: z.array(z.string()),
  sample: z.boolean(),
  limits: z.object({ schedule: limits, keyData: limits, roster: limits }),
  lockAfterMs: z.number(),
  idleLockMs: z.number(),
  restrictedPolicy: z.enum(['leave-out', 'mask']),
  paperSize: z.enum(['letter', 'a4']),
  printers: z.array(z.object({ name: z.string(), uri: z.string() })),
  pullEveryMs: z.number(),
})

/** A locked site still has to say how old its packs are, so the settings of the newest pack stand beside them, in the open: they name no patient. */
export async function lastSettings(folder: SiteFolder, facts: SiteFacts): Promise<SiteSettings> {
  return (await readJson(pathOf(folder), shape).catch(() => undefined)) ?? defaults(facts)
}

export async function keepSettings(folder: SiteFolder, settings: SiteSettings): Promise<void> {
  await writeJson(pathOf(folder), settings)
}

function pathOf(folder: SiteFolder): string {
  return join(folder.root, 'settings.json')
}

function defaults(facts: SiteFacts): SiteSettings {
  const { practiceId, practiceName, siteId, siteName } = facts
  return {
    practiceId,
    practiceName,
    siteId,
    siteName,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locationIds: [],
    sample: false,
    limits: {
      schedule: { staleAfterMs: 15 * MINUTE, expiredAfterMs: 4 * HOUR },
      keyData: { staleAfterMs: 30 * MINUTE, expiredAfterMs: DAY },
      roster: { staleAfterMs: DAY, expiredAfterMs: 7 * DAY },
    },
    lockAfterMs: 7 * DAY,
    idleLockMs: 10 * MINUTE,
    restrictedPolicy: 'leave-out',
    paperSize: 'letter',
    printers: [],
    pullEveryMs: MINUTE,
  }
}
