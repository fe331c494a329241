import { isIP } from 'node:net'
import { z } from 'zod'
import { deadlineShape, hostShape, portShape } from '../place.ts'

export const dnsShape = z.strictObject({
  /** The name that is asked for. */
  ask: hostShape,
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT']).default('A'),
  /** The server that is asked; the system's own unless told otherwise. An address, not a name. */
  server: z
    .string()
    .refine((text) => isIP(text) !== 0, 'an IP address')
    .optional(),
  port: portShape.default(53),
  /** What the answer has to hold: all of these. */
  expect: z.array(z.string().min(1)).default([]),
  deadlineMs: deadlineShape.default(4000),
})

export type DnsConfig = z.infer<typeof dnsShape>
