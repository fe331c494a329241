import { z } from 'zod'
import { deadlineShape } from '../place.ts'

export const ownStoreShape = z.strictObject({
  diskWatchPercent: z.number().min(1).max(100).default(80),
  diskActPercent: z.number().min(1).max(100).default(92),
  /** How long one durable write may take. */
  writeWatchMs: z.number().positive().default(500),
  writeActMs: z.number().positive().default(5000),
  deadlineMs: deadlineShape.default(15_000),
})

export type OwnStoreConfig = z.infer<typeof ownStoreShape>
