import { z } from 'zod'

/** One side of a pair. `socket`: the folder of a Unix socket (PostgreSQL) or its file (MariaDB), in place of host. */
export const sideShape = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.number().int().min(1).max(65_535).optional(),
  socket: z.string().optional(),
  user: z.string().default('holdfast'),
  password: z.string().optional(),
  database: z.string().default('holdfast'),
  /** `verify` needs `ca` unless the authority is a public one. */
  tls: z.enum(['off', 'require', 'verify']).default('verify'),
  ca: z.string().optional(),
  /** In all, from connecting to the last answer. */
  deadlineMs: z.number().int().positive().default(2500),
})

export type SideConfig = z.infer<typeof sideShape>

/** Safe to show: no user, no password. */
export function labelOf(side: SideConfig, port: number): string {
  return side.socket === undefined ? `${side.host}:${side.port ?? port}` : `the socket ${side.socket}`
}
