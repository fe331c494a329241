import { z } from 'zod'
import { Failure } from '../base/failure.ts'
import { type BreakGlassVerifier, type OfflineVerifier, ROLES } from './access.ts'

/** The `people` part of a site pack: who may unlock that site with everything else dead, and which sealed envelopes lie there. */
export type SitePeople = { people: OfflineVerifier[]; envelopes: BreakGlassVerifier[] }

const argon = z.object({
  memoryKiB: z.number().int().min(8).max(4_194_304),
  passes: z.number().int().min(1).max(100),
  parallelism: z.number().int().min(1).max(64),
})
const lock = { salt: z.base64(), argon, unlockKey: z.string().startsWith('age1') }
const shape: z.ZodType<SitePeople> = z.object({
  people: z.array(
    z.object({
      personId: z.string(),
      login: z.string(),
      name: z.string(),
      grants: z.array(z.object({ role: z.enum(ROLES), sites: z.union([z.literal('all'), z.array(z.string())]) })),
      ...lock,
      changedAt: z.number(),
    }),
  ),
  envelopes: z.array(z.object({ codeId: z.string(), ...lock, madeAt: z.number() })),
})

/** Throws Failure('permanent') when it is not that. */
export function readSitePeople(part: unknown): SitePeople {
  const read = shape.safeParse(part)
  if (read.success) return read.data
  throw new Failure(
    'permanent',
    `The people of this pack cannot be read (${read.error.issues[0]?.path.join('.') ?? 'text'}). Update this site; the people known before go on.`,
  )
}
