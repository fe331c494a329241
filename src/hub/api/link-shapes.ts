import { z } from 'zod'
import type { EnrolRequest, Heartbeat, JournalHandOver } from '../../pack/link.ts'

/** What sites may send, each with its limits; see pack/link.ts for the meaning. */
const instant = z.number().int().min(0).max(1e14)
const maybe = instant.optional()

export const enrolShape: z.ZodType<EnrolRequest> = z.strictObject({
  codeId: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}$/),
  recipient: z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/),
  signingKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  tlsRequest: z.string().max(8192),
  proof: z.string().regex(/^[0-9a-f]{64}$/),
})

const freshness = z.object({
  schedule: maybe,
  keyData: maybe,
  roster: maybe,
  sources: z.array(z.object({ sourceId: z.string().max(200), asOf: instant })).max(100),
  canary: maybe,
})

export const heartbeatShape = z
  .object({
    at: instant,
    version: z.string().max(100),
    panelSequence: z.number().int().min(0).optional(),
    siteSequence: z.number().int().min(0).optional(),
    freshness: freshness.optional(),
    locked: z.boolean(),
    diskFreeBytes: z.number().min(0),
    journalWaiting: z.number().int().min(0),
    startedAt: instant,
  })
  .transform(
    (sent): Heartbeat => ({
      ...sent,
      panelSequence: sent.panelSequence,
      siteSequence: sent.siteSequence,
      freshness:
        sent.freshness === undefined
          ? undefined
          : {
              schedule: sent.freshness.schedule,
              keyData: sent.freshness.keyData,
              roster: sent.freshness.roster,
              sources: sent.freshness.sources,
              canary: sent.freshness.canary,
            },
    }),
  )

export const journalShape: z.ZodType<JournalHandOver> = z.strictObject({
  file: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/),
  header: z.string().max(65_536),
  from: z.number().int().min(1),
  lines: z.array(z.string().max(65_536)).max(5000),
})
