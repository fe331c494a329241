import { z } from 'zod'
import { canonicalJson, sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind } from './evidence.ts'

/** How long evidence is kept at the least: 45 CFR 164.316(b)(2)(i). */
export const KEEP_YEARS = 6

/** The largest file that is kept beside a record. */
export const MOST_FILE_BYTES = 8_000_000

/** Evidence as it is handed in: the file with its bytes. */
export type NewEvidence = Omit<Evidence, 'id' | 'artefact'> & {
  artefact?: { name: string; mediaType: string; content: Uint8Array } | undefined
}

/** Evidence as it stands in the chain. `notedAt`: when it was written down; `notedBy`: a login, or the program. */
export type KeptEvidence = Evidence & { seq: number; hash: string; notedAt: Instant; notedBy: string }

/** A line of the chain: a record, or that everything up to a place was removed because its time was over. */
export type EvidenceLine =
  | { evidence: Evidence; notedAt: Instant; notedBy: string }
  | { removed: { through: number; hash: string; records: number }; notedAt: Instant; notedBy: string }

export function lineText(line: EvidenceLine): string {
  return canonicalJson(line)
}

const KINDS = Object.keys(EVIDENCE_KINDS)
const kind = z.custom<EvidenceKind>((held) => typeof held === 'string' && KINDS.includes(held))
const evidence = z.object({
  id: z.string(),
  kind,
  subject: z.string(),
  at: z.number(),
  outcome: z.enum(['held', 'failed', 'unclear']),
  because: z.string(),
  measured: z.array(z.object({ what: z.string(), value: z.union([z.number(), z.string()]), unit: z.string() })),
  people: z.array(z.string()),
  artefact: z.object({ name: z.string(), mediaType: z.string(), bytes: z.number(), sha256: z.string() }).optional(),
})
const noted = { notedAt: z.number(), notedBy: z.string() }
const shape = z.union([
  z.object({ evidence, ...noted }),
  z.object({ removed: z.object({ through: z.number(), hash: z.string(), records: z.number() }), ...noted }),
])

/** Undefined when the text is no line of ours, as after somebody wrote into the table. */
export function readLine(text: string): EvidenceLine | undefined {
  try {
    const read = shape.parse(JSON.parse(text))
    if ('removed' in read) return read
    return { ...read, evidence: { ...read.evidence, artefact: read.evidence.artefact } }
  } catch {
    return undefined
  }
}

/** What a record says of its file. */
export function artefactOf({ name, mediaType, content }: NonNullable<NewEvidence['artefact']>): Evidence['artefact'] {
  return { name, mediaType, bytes: content.byteLength, sha256: sha256Hex(content) }
}
