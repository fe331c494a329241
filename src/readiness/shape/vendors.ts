import { z } from 'zod'
import { week } from './week.ts'
import { day, id, listOf, phoneNumber, span, text, zone } from './written.ts'

const vendor = z.strictObject({
  id,
  name: text,
  /** What they do for the practice. */
  provides: text.optional(),
  /** The number that they ask for before they listen. */
  account: text.optional(),
  contract: z
    .strictObject({
      /** When somebody answers: `always`, or hours for each weekday. */
      hours: week.optional(),
      zone: zone.optional(),
      until: day.optional(),
    })
    .optional(),
  /** From the first telephone number to the person who can decide. */
  tiers: listOf(
    z.strictObject({
      name: text,
      phone: phoneNumber.optional(),
      email: z.email().optional(),
      answersWithin: span.optional(),
    }),
  ),
  /** Their words for how bad it is: which of them to say for which of ours. */
  severities: listOf(z.strictObject({ ours: text, say: text, answersWithin: span.optional() })),
  /** Business associate agreement (45 CFR 164.308(b)); `none` where no patient data is theirs to see. */
  associate: z
    .union([z.literal('none'), z.strictObject({ signed: day, until: day.optional() })], {
      error: 'none, or signed: with the day',
    })
    .optional(),
})
export type Vendor = z.output<typeof vendor>

/** `vendors.yaml`: a card for each company that is called when something breaks. */
export const vendorsFile = z.strictObject({ vendors: listOf(vendor) })
