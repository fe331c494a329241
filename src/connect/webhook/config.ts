import { z } from 'zod'

/** An address that takes notices as JSON. `secret` signs them; at least 16 characters, known to both sides. */
export const webhookShape = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(16),
  deadlineMs: z.number().int().positive().default(10_000),
})

export type WebhookConfig = z.infer<typeof webhookShape>
