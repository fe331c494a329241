import { z } from 'zod'
import { deadlineShape, hostShape, portShape } from '../place.ts'

export const nutShape = z.strictObject({
  host: hostShape,
  port: portShape.default(3493),
  /** The name of the UPS at that server: `upsc -l HOST` lists them. */
  ups: z.string().regex(/^[\w-]+$/, 'the name of a UPS'),
  /** How long it has to carry everything: SAFER's guide asks for ten minutes. */
  runtimeMinutes: z.number().positive().default(10),
  /** From where on its battery counts as low, also when it never says so (LB). Left out: the UPS's own limits; where it has none, 5 minutes and 20 %. */
  lowRuntimeMinutes: z.number().positive().optional(),
  lowChargePercent: z.number().min(0).max(100).optional(),
  /** From which age the batteries count as worn out. */
  batteryYears: z.number().positive().default(4),
  deadlineMs: deadlineShape.default(5000),
})

export type NutConfig = z.infer<typeof nutShape>
