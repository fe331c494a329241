import { z } from 'zod'

/** A push server that speaks as ntfy does; each person has a topic of their own, as hard to guess as a password. */
export const pushShape = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1).optional(),
  deadlineMs: z.number().int().positive().default(10_000),
})

export type PushConfig = z.infer<typeof pushShape>
