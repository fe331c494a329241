import { z } from 'zod'
import type { Complaint, LogPosition, SideSays } from '../../replication.ts'

const lsn = z
  .string()
  .regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/)
  .transform((text) => {
    const [high, low] = text.split('/')
    return Number.parseInt(high ?? '', 16) * 2 ** 32 + Number.parseInt(low ?? '', 16)
  })
const span = z.number().nullable()

const shape = z.object({
  standby: z.boolean(),
  systemId: z.string(),
  startedAt: z.number(),
  clock: z.number(),
  timeline: z.number().nullable(),
  current: lsn.nullable(),
  received: lsn.nullable(),
  replayed: lsn.nullable(),
  replayedAt: span,
  paused: z.boolean().nullable(),
  receiver: z.object({ status: z.string().nullable(), from: z.string().nullable(), heardMs: span }).nullable(),
  senders: z.array(
    z.object({
      name: z.string().nullable(),
      slot: z.string().nullable(),
      state: z.string().nullable(),
      sync: z.string().nullable(),
      repliedMs: span,
    }),
  ),
  slots: z.array(
    z.object({
      name: z.string(),
      active: z.boolean(),
      status: z.string().nullable(),
      logical: z.boolean().default(false),
      safeBytes: span,
      keptBytes: span,
    }),
  ),
  archive: z.object({ failures: z.number(), archivedAt: span, failedAt: span }).nullable(),
  synchronousOn: z.boolean(),
  waiting: z.object({ count: z.number(), longestMs: z.number() }),
  accountUntil: span,
})

type Beside = Pick<SideSays, 'heartbeat' | 'write' | 'complaint'>

/** The row of FACTS as the contract says it; throws when it is not such a row. */
export function readFacts(json: string, beside: Beside): SideSays {
  const read = shape.parse(JSON.parse(json))
  const at = (byte: number | null): LogPosition | undefined =>
    byte === null ? undefined : { kind: 'lsn', timeline: read.timeline ?? undefined, byte }
  return {
    engine: 'postgres',
    systemId: read.systemId,
    serverId: `${read.systemId} started ${Math.round(read.startedAt)}`,
    startedAt: read.startedAt,
    clock: read.clock,
    role: read.standby ? 'standby' : 'primary',
    current: at(read.current),
    received: at(read.received),
    replayed: at(read.replayed),
    replayedAt: read.replayedAt ?? undefined,
    replay: read.paused === null ? undefined : read.paused ? 'paused' : 'running',
    receiver:
      read.receiver === null
        ? undefined
        : {
            status: read.receiver.status ?? 'hidden',
            heardMs: read.receiver.heardMs ?? undefined,
            from: read.receiver.from ?? undefined,
          },
    senders: read.senders.map((one) => ({
      name: one.name ?? '',
      slot: one.slot ?? undefined,
      state: one.state ?? 'hidden',
      sync: one.sync ?? 'hidden',
      repliedMs: one.repliedMs ?? undefined,
    })),
    slots: read.slots.map(({ name, active, status, logical, safeBytes, keptBytes }) => ({
      name,
      active,
      // A lost slot is called so by the server; one without any word was never used, and keeps nothing.
      status: status ?? 'never used',
      logical,
      safeBytes: safeBytes ?? undefined,
      keptBytes: keptBytes ?? undefined,
    })),
    archive:
      read.archive === null
        ? undefined
        : {
            failures: read.archive.failures,
            archivedAt: read.archive.archivedAt ?? undefined,
            failedAt: read.archive.failedAt ?? undefined,
          },
    synchronous: {
      on: read.synchronousOn,
      standbys: read.senders.filter(({ sync }) => sync === 'sync' || sync === 'quorum').length,
      waiting: read.waiting.count,
      longestMs: read.waiting.longestMs,
    },
    accountUntil: read.accountUntil ?? undefined,
    ...beside,
  }
}

const COMPLAINTS: readonly (readonly [RegExp, Complaint])[] = [
  [/No space left on device/, 'disk-full'],
  [/has already been removed/, 'log-removed'],
  [/not a child of this server|not in this server's history|forked off|highest timeline/, 'other-history'],
  [/replication slot ".*" does not exist|can no longer get changes|invalidated/, 'slot-gone'],
  [
    /password authentication failed|no pg_hba.conf entry|no password supplied|must be superuser|permission denied/,
    'sign-in-refused',
  ],
  [/could not connect to the primary|connection to server/, 'cannot-connect'],
]

export function complaintOf(line: string | null): Complaint | undefined {
  return line === null ? undefined : COMPLAINTS.find(([words]) => words.test(line))?.[1]
}
