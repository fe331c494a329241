import { z } from 'zod'
import { deadlineShape, hostShape, portShape } from '../place.ts'

const rules = {
  /** From which age the signatures count as old: they are made every day. */
  watchDays: z.number().positive().default(2),
  actDays: z.number().positive().default(7),
  /** Database files whose own headers say when they were made: `/var/lib/clamav/daily.cld`. */
  databases: z.array(z.string().startsWith('/')).default([]),
  deadlineMs: deadlineShape.default(15_000),
}

/** The scanner: clamd over TCP or its socket, or `clamscan` on this machine with the folder of its database. */
export const clamavShape = z.strictObject({
  scanner: z.union([
    z.strictObject({ host: hostShape, port: portShape.default(3310) }),
    z.strictObject({ socket: z.string().startsWith('/') }),
    z.strictObject({ clamscan: z.string().min(1), database: z.string().startsWith('/') }),
  ]),
  ...rules,
})

export type ClamavConfig = z.infer<typeof clamavShape>
