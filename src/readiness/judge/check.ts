import type { Instant } from '../../base/time.ts'
import type { Evidence, EvidenceKind } from '../evidence/evidence.ts'
import type { Plan } from '../readiness.ts'
import type { CheckId } from '../shape/check-ids.ts'
import type { Act } from './acts.ts'
import type { Cadence } from './cadence.ts'
import type { CitationKey } from './citations.ts'

/**
 * A check is one sentence of readiness: what it cites, what must be shown for it, and how long a showing counts. Judged over the plan, the evidence and the
 * moment it is *met*, *failed* (something shows that it is not so) or *missing* (nothing shows it, or nothing young enough). Missing never counts as met.
 */
export const CHECK_GROUPS = [
  'Governance',
  'Data backup',
  'Standby',
  'Utilities and security',
  'Emergency access',
  'Downtime operation',
  'Communication',
  'Recovery',
  'Training and tests',
  'Guarded maintenance',
] as const
export type CheckGroup = (typeof CHECK_GROUPS)[number]

export type Check = {
  id: CheckId
  group: CheckGroup
  says: string
  serves: readonly CitationKey[]
  every: Cadence
  /** Who brings the evidence. */
  shownBy: 'Holdfast' | 'Holdfast and people' | 'people'
  /** 3: without it patients are not safe or data is gone; 2: the downtime is long or blind; 1: it is worse than need be. */
  gravity: 1 | 2 | 3
  act: Act
  /** What has to be done first, by what the plan says: the act alone would come to nothing. */
  actFirst?: (plan: Plan, now: Instant) => Act | undefined
  /** What of the plan itself speaks against it. With it, a version of the plan that is kept and not too old is part of what must be shown. */
  written?: (plan: Plan, now: Instant) => readonly string[]
  /** What must be shown. None of it, where this is asked, is missing: `none` says what the plan lacks. */
  wants?: (plan: Plan, now: Instant) => readonly Wanted[]
  none?: string
}

/** Something that must be shown by evidence about it, of one of these kinds, no older than it counts. */
export type Wanted = {
  subject: string
  /** As people call it. */
  name: string
  kinds: readonly EvidenceKind[]
  countsForMs: number
  /** Why a record that held does not do after all. */
  fault?: (record: Evidence) => string | undefined
  /** Why nothing can show it as the plan stands; said while there is no record. */
  hurdle?: string | undefined
  /** What a record that held does not show of what is asked: missing, not failed. */
  lacks?: (record: Evidence) => string | undefined
}

/** What came of one thing that must be shown. `until`: how long its record goes on counting. */
export type Shown = { subject: string; name: string } & (
  | { status: 'met'; because: string; record: string; at: Instant; until: Instant }
  | { status: 'failed' | 'missing'; because: string; record: string | undefined; at: Instant | undefined }
)

export type Verdict = { status: 'met' | 'failed' | 'missing'; because: string; shown: readonly Shown[] }
