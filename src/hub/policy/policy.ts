import { z } from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '../../base/time.ts'

const limits = z
  .object({ staleAfterMs: z.number().int().positive(), expiredAfterMs: z.number().int().positive() })
  .refine((value) => value.expiredAfterMs > value.staleAfterMs, 'red must come later than amber')

/** What the practice decides about freshness, locking and notices. Kept in the database, changed on the settings page. */
export const policyShape = z.object({
  limits: z.object({ schedule: limits, keyData: limits, roster: limits }),
  lockAfterMs: z.number().int().min(HOUR),
  idleLockMs: z.number().int().min(MINUTE),
  restrictedPolicy: z.enum(['leave-out', 'mask']),
  paperSize: z.enum(['letter', 'a4']),
  pullEveryMs: z.number().int().min(SECOND),
  /** A site that said nothing for so long is silent. */
  silentAfterMs: z.number().int().min(SECOND),
  noticeTo: z.array(z.email()),
})

export type Policy = z.infer<typeof policyShape>

export const DEFAULT_POLICY: Policy = {
  limits: {
    schedule: { staleAfterMs: 15 * MINUTE, expiredAfterMs: 4 * HOUR },
    keyData: { staleAfterMs: 30 * MINUTE, expiredAfterMs: DAY },
    roster: { staleAfterMs: DAY, expiredAfterMs: 7 * DAY },
  },
  lockAfterMs: 7 * DAY,
  idleLockMs: 10 * MINUTE,
  restrictedPolicy: 'leave-out',
  paperSize: 'letter',
  pullEveryMs: MINUTE,
  silentAfterMs: 2 * MINUTE,
  noticeTo: [],
}
