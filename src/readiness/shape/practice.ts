import { z } from 'zod'
import { CHECK_IDS } from './check-ids.ts'
import { day, id, listOf, span, text, zone } from './written.ts'

/** Where a copy of the plan lies that needs no computer: at a site, at home with a leader, off the network. */
const copy = z.strictObject({
  where: text,
  site: id.optional(),
  /** At whose home, or with whom. */
  person: id.optional(),
  form: z.enum(['paper', 'file']),
  /** When somebody last looked that it is there and is the version in force. */
  checked: day.optional(),
})

/** A check of readiness that the practice leaves out for a time: shown, with who answers for that, and judged again after its last day. */
const exclusion = z.strictObject({
  check: z.enum(CHECK_IDS, { error: 'the id of a check, such as U4' }),
  owner: id,
  because: text,
  until: day,
})

/** `practice.yaml`: who we are, who answers for the plan, and when it was last approved. */
export const practiceFile = z.strictObject({
  plan: z.literal(1),
  practice: z.strictObject({ id, name: text, zone, state: text.optional() }),
  coordinator: id.optional(),
  deputy: id.optional(),
  securityOfficial: id.optional(),
  approved: z.strictObject({ by: id, on: day }).optional(),
  /** How long an approval is good for. */
  reviewEvery: span.default(365 * 86_400_000),
  /** What counts as a downtime, and who may declare one. */
  declare: z
    .strictObject({
      when: text,
      roles: z.array(id).min(1, 'name at least one role that may declare'),
      /** A site that has heard nothing for this long may declare for itself. */
      siteAlone: span.optional(),
    })
    .optional(),
  copies: listOf(copy),
  exclusions: listOf(exclusion),
})
