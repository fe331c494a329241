import { z } from 'zod'
import { day, id, listOf, text } from './written.ts'

const form = z.strictObject({
  id,
  name: text,
  version: text.optional(),
  /** After this day it must not be used: code sets, consent language, prescription law. */
  goodUntil: day.optional(),
  /** For one full clinic day at each site. */
  perSite: z.int().min(1, 'at least one').max(100_000).optional(),
  /** Lies where not everybody can take it (prescription paper). */
  locked: z.boolean().default(false),
  /** What must be on it so that it can go back into the chart. */
  fields: listOf(text),
  goesBackAs: text.optional(),
})

/** `forms.yaml`: what lies in each site's lockbox. */
export const formsFile = z.strictObject({ forms: listOf(form) })
