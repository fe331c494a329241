import { z } from 'zod'
import type { Instant } from '../base/time.ts'

/**
 * What was known of the practice's standbys when a site pack was published, so that it can still be said when databases and hub are gone. It stands in
 * the `settings` file beside the settings: a site that does not know it leaves it aside. Names in it are of staff; no patient data is in it.
 */
export type StandbysPart = { version: 1; pairs: StandbyKnown[] }

export type StandbyKnown = {
  id: string
  name: string
  verdict: 'PROVEN' | 'BEHIND' | 'DIVERGED' | 'UNKNOWN'
  /** Since when the verdict was this one. */
  since: Instant
  /** Everything committed before it is on the standby's disk. Undefined: never proven. */
  provenAt: Instant | undefined
  /** When the primary last answered the hub, taking writes; undefined: not known, as in packs of older hubs. */
  primaryAnsweredAt?: Instant | undefined
  /** Where its log reached, as the engine writes it: `1/39FFFF50`, `0-1-55`. */
  position: string | undefined
  /** What was wrong, in words. */
  troubles: string[]
  /** What was open on the primary at `asOf`, and whose it was. */
  atWork: { what: string; count: number; who: string[]; asOf: Instant }[]
}

const shape = z.object({
  version: z.literal(1),
  pairs: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      verdict: z.enum(['PROVEN', 'BEHIND', 'DIVERGED', 'UNKNOWN']),
      since: z.number(),
      provenAt: z.number().optional(),
      primaryAnsweredAt: z.number().optional(),
      position: z.string().optional(),
      troubles: z.array(z.string()),
      atWork: z.array(z.object({ what: z.string(), count: z.number(), who: z.array(z.string()), asOf: z.number() })),
    }),
  ),
})

/** None in packs of hubs that watch none; `not-understood`: a newer hub says it in another form. */
export function readStandbys(raw: unknown): StandbyKnown[] | 'not-understood' {
  if (raw === undefined) return []
  const read = shape.safeParse(raw)
  if (!read.success) return 'not-understood'
  return read.data.pairs.map(({ provenAt, position, ...rest }) => ({ ...rest, provenAt, position }))
}
