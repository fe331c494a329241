import { z } from 'zod'
import { day, id, listOf, span, text } from './written.ts'

export const DRILL_KINDS = ['micro', 'tabletop', 'functional', 'call-tree', 'restore', 'failover', 'full'] as const

const drill = z.strictObject({
  id,
  name: text,
  kind: z.enum(DRILL_KINDS),
  every: span.optional(),
  sites: listOf(id),
  scenario: id.optional(),
  /** Nobody is told beforehand. */
  unannounced: z.boolean().default(false),
  owner: id.optional(),
  next: day.optional(),
})

/** `drills.yaml`: what is practised, how often; 45 CFR 164.308(a)(7)(ii)(D). */
export const drillsFile = z.strictObject({ drills: listOf(drill) })
