import { z } from 'zod'
import { deadlineShape, fromShape, hostShape } from '../place.ts'

export const icmpShape = z.strictObject({
  host: hostShape,
  /** How many are sent in one look. */
  count: z.number().int().min(1).max(20).default(3),
  from: fromShape.optional(),
  /** From which loss on somebody should look. */
  watchLossPercent: z.number().min(0).max(100).default(34),
  deadlineMs: deadlineShape.default(6000),
})

export type IcmpConfig = z.infer<typeof icmpShape>
