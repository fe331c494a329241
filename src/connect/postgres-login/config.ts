import { z } from 'zod'
import { deadlineShape, hostShape, portShape } from '../place.ts'

export const postgresLoginShape = z.strictObject({
  /** As users reach it; a folder that holds a Unix socket begins with `/`. */
  host: z.union([z.string().startsWith('/'), hostShape]),
  port: portShape.default(5432),
  database: z.string().min(1),
  user: z.string().min(1),
  password: z.string().default(''),
  tls: z.enum(['off', 'on', 'verify']).default('on'),
  ca: z.string().optional(),
  /** One statement that gives the known row; its first column is compared. */
  read: z.string().min(1).max(1000),
  expect: z.string(),
  deadlineMs: deadlineShape.default(8000),
})

export type PostgresLoginConfig = z.infer<typeof postgresLoginShape>
