import { z } from 'zod'

/** What a source of this kind needs besides its mapping file, which says everything else. */
export const sqlConfig = z.strictObject({
  id: z.string().min(1),
  kind: z.literal('sql'),
  /** A mapping file, or the name of one that comes with Holdfast. */
  mapping: z.string().min(1),
  /** Values for the mapping's `{ env: NAME }` that win over the hub's own environment. */
  environment: z.record(z.string(), z.coerce.string()).optional(),
})
