import { z } from 'zod'
import { MINUTE, SECOND } from '../base/time.ts'
import { type SideConfig, sideShape } from '../connect/replication/config.ts'
import { duration, id } from './config-words.ts'

/** Proof is good for ten seconds, so a busy pair has to be asked more often than that. */
const SLOWEST_MS = 8 * SECOND
const GB = 1e9

/** One entry of `standbys:`: a primary and its standby, each with its own way and its own sign-in. */
export const standbyShape = z
  .strictObject({
    id,
    name: z.string().min(1).max(80).optional(),
    engine: z.enum(['postgres', 'mariadb']),
    every: duration.refine((ms) => ms >= SECOND && ms <= SLOWEST_MS, 'from 1s to 8s').optional(),
    primary: sideShape,
    standby: sideShape,
    /** How far behind, and for how long unknown, before that is an alarm. */
    behindAfter: duration.optional(),
    unknownAfter: duration.optional(),
    /** The practice relies on commits that wait for the standby. */
    synchronous: z.boolean().default(false),
    /** So much log kept for an absent standby is a danger to the primary's disk. */
    slotKeepBytes: z.number().int().positive().default(GB),
    /** Sources that read from this standby: when they stand still because of it, that is one cause and not two. */
    readBy: z.array(id).default([]),
    /** What is open on the primary: a query of one column, the name of a person of the staff in each row. */
    atWork: z
      .array(z.strictObject({ what: z.string().min(1).max(60), query: z.string().min(1) }))
      .max(5)
      .default([]),
  })
  .refine(({ engine, primary, standby }) => placeOf(engine, primary) !== placeOf(engine, standby), {
    path: ['standby'],
    message: 'leads to the same address as the primary; give each side its own',
  })

export type StandbyConfig = {
  id: string
  name: string
  engine: 'postgres' | 'mariadb'
  everyMs: number
  primary: SideConfig
  standby: SideConfig
  behindAfterMs: number
  unknownAfterMs: number
  synchronous: boolean
  slotKeepBytes: number
  readBy: string[]
  atWork: { what: string; query: string }[]
}

type StandbyEntry = z.infer<typeof standbyShape>

export function standbyConfigOf(entry: StandbyEntry): StandbyConfig {
  const { name, every, behindAfter, unknownAfter, ...rest } = entry
  return {
    ...rest,
    name: name ?? rest.id,
    everyMs: every ?? 5 * SECOND,
    behindAfterMs: behindAfter ?? MINUTE / 2,
    unknownAfterMs: unknownAfter ?? MINUTE,
  }
}

/** Readers that are no source of this hub, by their place in the configuration. */
export function strayReaders(
  standbys: readonly StandbyEntry[],
  sources: readonly { id: string }[],
): (readonly PropertyKey[])[] {
  const known = new Set(sources.map((one) => one.id))
  return standbys.flatMap(({ readBy }, pair) =>
    readBy.flatMap((reader, nth) => (known.has(reader) ? [] : [['standbys', pair, 'readBy', nth]])),
  )
}

function placeOf(engine: StandbyConfig['engine'], { host, port, socket }: SideConfig): string {
  const usual = engine === 'postgres' ? 5432 : 3306
  return `${socket ?? host.toLowerCase()}:${port ?? usual}`
}
