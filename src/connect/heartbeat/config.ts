import { z } from 'zod'

export const heartbeatShape = z.strictObject({
  /** Stands in the address that the script calls; 24 characters or more that nobody can guess: `openssl rand -hex 16`. */
  token: z.string().regex(/^[\w-]{24,128}$/, 'letters, digits, - and _, 24 or more'),
  /** How often it has to be heard from. */
  periodMinutes: z.number().positive(),
  /** How much later than that is still in time. */
  graceMinutes: z.number().nonnegative().default(5),
  /** How long a run may take from its start to its end. */
  runMinutes: z.number().positive().optional(),
  /**
   * The script looks at the system from where it runs and says what it sees: `failed` means that the system did not answer there, and its silence that
   * nobody can see from there. Otherwise it tells of itself.
   */
  looks: z.boolean().default(false),
})

export type HeartbeatConfig = z.infer<typeof heartbeatShape>
