import { z } from 'zod'
import { deadlineShape, fromShape, hostShape, portShape } from '../place.ts'

export const tcpShape = z.strictObject({
  host: hostShape,
  port: portShape,
  /** Also shakes hands by TLS and looks at the certificate. */
  tls: z
    .strictObject({
      /** The name asked for, where it is another one than `host`. */
      name: hostShape.optional(),
      /** `any`: whoever made the certificate; its dates and its name are looked at all the same. */
      trust: z.enum(['known', 'any']).default('known'),
      /** Authorities to trust besides the system's, as PEM. */
      ca: z.string().optional(),
      watchDays: z.number().positive().default(21),
      actDays: z.number().positive().default(5),
    })
    .optional(),
  /** The far side speaks first, and its greeting begins so: `SSH-`, `220 `. */
  greeting: z.string().min(1).max(100).optional(),
  from: fromShape.optional(),
  deadlineMs: deadlineShape.default(5000),
})

export type TcpConfig = z.infer<typeof tcpShape>
