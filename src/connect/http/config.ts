import { z } from 'zod'
import { deadlineShape, fromShape } from '../place.ts'

export const httpShape = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Which status is well; unless told otherwise any 2xx. A redirect is not followed. */
  status: z.array(z.number().int().min(100).max(599)).min(1).optional(),
  /** Words that stand on a well page, within its first 256 KB. */
  text: z.string().min(1).optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string()).default({}),
  /** `any`: whoever made the certificate; its dates and its name are looked at all the same. */
  trust: z.enum(['known', 'any']).default('known'),
  ca: z.string().optional(),
  watchDays: z.number().positive().default(21),
  actDays: z.number().positive().default(5),
  from: fromShape.optional(),
  deadlineMs: deadlineShape.default(10_000),
})

export type HttpConfig = z.infer<typeof httpShape>
