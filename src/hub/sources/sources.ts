import type { Instant } from '../../base/time.ts'
import type { SectionName } from '../../chart/chart.ts'
import type { Cursor } from '../../connect/ehr.ts'

/** What the hub knows of one source: how far it has read, when that last worked, and what stands in the way now. */
export type SourceState = {
  sourceId: string
  kind: string
  name: string
  cursor: Cursor | null
  /** When a read was last begun, and when one last ended well. */
  triedAt: Instant | undefined
  readAt: Instant | undefined
  /** What the source said it was current to when it was last read whole. */
  asOf: Instant | undefined
  /** Lists that were last compared in all charts earlier than `asOf`, and when. */
  sections: { [Name in SectionName]?: Instant }
  /** When records that were deleted outright were last looked for; undefined: the source says so itself, or it is not known. */
  deletionsAt: Instant | undefined
  /** When appointments were last read whole. */
  scheduleAsOf: Instant | undefined
  /** Newest stamp of ours that a whole read brought: everything written before it was read as well. */
  canary: Instant | undefined
  /** Newest stamp that was seen to have come through the source, between reads too. */
  stampBack: Instant | undefined
  /** Newest stamp that was written there. */
  canaryWrittenAt: Instant | undefined
  /** Why stamps cannot be followed now: `no stamp can be written (...)`. */
  canaryFailing: string | undefined
  /** `endedAt`: of the newest read that failed, where it is on record. */
  failing:
    | { since: Instant; endedAt?: Instant; kind: 'transient' | 'ambiguous' | 'permanent'; because: string }
    | undefined
  /** Of a read that is under way. */
  progress: { done: number; of: number | undefined; what: string } | undefined
  setAside: number
}

export type SourceRead = {
  endedAt: Instant
  asOf: Instant | undefined
  tookMs: number
  charts: number
  appointments: number
  setAside: number
  outcome: 'done' | 'failed'
  because: string
}

export type KeptAside = {
  sourceId: string
  key: string
  where: string
  because: string
  raw: string
  /** When the source first said it: a file or a message may be far older than the read that brought it. */
  firstAt: Instant
  /** When a read last brought it, by the hub's clock. */
  lastAt: Instant
  times: number
  /** The source's id of the patient whose record it is, and the list, where they are known. */
  patientId: string | undefined
  section: SectionName | undefined
  /** A person looked and decided that the chart need not show it. */
  dismissed: { by: string; at: Instant; reason: string } | undefined
}
