import { z } from 'zod'

/** A mail server that takes our notices. `from` is also the domain of the message ids. */
export const emailShape = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(587),
  /** `tls` from the first byte, `starttls` (refused when not offered), or `none` (only for a server on this machine or network). */
  security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
  user: z.string().optional(),
  password: z.string().optional(),
  from: z.email(),
  deadlineMs: z.number().int().positive().default(20_000),
})

export type EmailConfig = z.infer<typeof emailShape>
