import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../../base/time.ts'
import type { Cursor } from '../ehr.ts'

/**
 * How far a source has been read. `nonce` ties what the connector remembers to the read that the hub kept: what a read told counts as
 * told only when its cursor comes back.
 */
const shape = z.object({
  version: z.literal(1),
  /** Of the mapping; another mapping begins with a complete load. */
  digest: z.string(),
  nonce: z.string(),
  /** By the source's clock: changes since then (less the overlap) are asked for. */
  since: z.number(),
  /** When everything was last compared, by our clock; and how far the pass that is under way has come. */
  comparedAt: z.number(),
  passAfter: z.string().nullable(),
  /** As of when the source was as the last whole pass began to compare it: no list that only a pass looks at is newer. */
  finishedAt: z.number().optional(),
  /** The same of the pass that is under way. */
  passBegan: z.number().optional(),
})
export type SqlCursor = z.infer<typeof shape>

/** undefined when there is none, or none of this mapping: then everything is read. */
export function parseCursor(cursor: Cursor | null, digest: string): SqlCursor | undefined {
  const parsed = shape.safeParse(cursor)
  return parsed.success && parsed.data.digest === digest ? parsed.data : undefined
}

export function newCursor(held: {
  digest: string
  since: Instant
  comparedAt: Instant
  passAfter: string | null
  finishedAt: Instant | undefined
  passBegan: Instant | undefined
}): SqlCursor & Cursor {
  const { finishedAt, passBegan, ...rest } = held
  const nonce = randomBytes(8).toString('hex')
  return {
    version: 1,
    nonce,
    ...rest,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(passBegan === undefined ? {} : { passBegan }),
  }
}
