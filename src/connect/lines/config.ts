import { z } from 'zod'
import { deadlineShape, fromShape, hostShape, portShape } from '../place.ts'

const line = z.union([
  z.strictObject({ name: z.string().min(1).max(40), from: fromShape }),
  z.strictObject({
    name: z.string().min(1).max(40),
    interface: z.string().regex(/^[\w.@-]{1,15}$/, 'the name of a network interface'),
  }),
])

export const linesShape = z.strictObject({
  /** Each Internet line, by the address or the interface of this machine that leads out through it. */
  lines: z.array(line).min(1).max(4),
  /** Far places that take connections, given as addresses: more than one, so that one that is down is not taken for the line. */
  targets: z
    .array(z.strictObject({ host: hostShape, port: portShape.default(443) }))
    .min(1)
    .max(8),
  /** A page that answers with the address that it sees, over plain HTTP or TLS: `https://ip.practice.example/`. */
  address: z.url({ protocol: /^https?$/ }).optional(),
  /** How many connections are tried over each line in one look. */
  tries: z.number().int().min(1).max(20).default(6),
  watchLossPercent: z.number().min(0).max(100).default(20),
  deadlineMs: deadlineShape.default(10_000),
})

export type LinesConfig = z.infer<typeof linesShape>
export type LineConfig = LinesConfig['lines'][number]
