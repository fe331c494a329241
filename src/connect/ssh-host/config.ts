import { z } from 'zod'
import { deadlineShape, hostShape, portShape } from '../place.ts'

export const sshHostShape = z.strictObject({
  host: hostShape,
  port: portShape.default(22),
  user: z.string().regex(/^[a-z_][\w-]{0,31}$/, 'a user name'),
  /** A private key that only the hub can read, without a passphrase. */
  key: z.string().startsWith('/'),
  /** The host's own key, as it stands in a known_hosts file: it was compared by a person, not taken at the first look. */
  knownHosts: z.string().startsWith('/'),
  /** systemd services that have to run. */
  services: z
    .array(z.string().regex(/^(?!-)[\w@.-]{1,80}$/, 'the name of a systemd service'))
    .max(20)
    .default([]),
  diskWatchPercent: z.number().min(1).max(100).default(85),
  diskActPercent: z.number().min(1).max(100).default(95),
  memoryWatchPercent: z.number().min(0).max(100).default(5),
  loadWatchPerCore: z.number().positive().default(4),
  skewWatchMs: z.number().positive().default(2000),
  skewActMs: z.number().positive().default(30_000),
  deadlineMs: deadlineShape.default(15_000),
})

export type SshHostConfig = z.infer<typeof sshHostShape>
