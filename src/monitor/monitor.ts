import type { Instant } from '../base/time.ts'

/**
 * What is watched: the road of a fact from the EHR to each site. Sources are judged by what they prove (a stamp that came back, a time that
 * moves), sites by what they say of themselves and when. Statuses carry their reason; causes are what somebody must act on, and one cause
 * is told once, however many statuses it turns.
 */
export type SourceFacts = {
  sourceId: string
  name: string
  /** How often it is read. */
  everyMs: number
  /** When a read last ended well, and to when the source said it was current. */
  readAt: Instant | undefined
  asOf: Instant | undefined
  failing: { since: Instant; kind: 'transient' | 'ambiguous' | 'permanent'; because: string } | undefined
  /** When the present read began, if one is under way. */
  readingSince: Instant | undefined
  /** Undefined where no stamp may be written. `back`: newest stamp that came through; `failing`: why stamps cannot be followed now. */
  canary: { back: Instant | undefined; failing: string | undefined } | undefined
  /** Without a canary: how long the source's own time may stand still before it counts as frozen. */
  quietMs: number
  watchedSince: Instant | undefined
}

export type SourceStatus = { sourceId: string; name: string; because: string } & (
  | { status: 'starting' | 'current' }
  /** `since`: the newest thing known to have come through, or when it began to fail. */
  | { status: 'late' | 'failing' | 'frozen'; since: Instant }
)

export type Limits = { staleAfterMs: number; expiredAfterMs: number }

export type SiteFacts = {
  siteId: string
  name: string
  enrolment: 'planned' | 'enrolled' | 'revoked'
  enrolledAt: Instant | undefined
  heardAt: Instant | undefined
  /** As it last said. Undefined: it has no pack yet. */
  held: { schedule: Instant | undefined; keyData: Instant | undefined } | undefined
  locked: boolean
  /** What the hub published last for it, and since when something has been out that it does not hold. */
  published:
    | { schedule: Instant | undefined; keyData: Instant | undefined; untakenSince: Instant | undefined }
    | undefined
  pullEveryMs: number
  silentAfterMs: number
  limits: { schedule: Limits; keyData: Limits }
  watchedSince: Instant | undefined
}

export type SiteStatus = { siteId: string; name: string; because: string } & (
  | { status: 'planned' | 'revoked' | 'fresh' | 'locked' }
  | { status: 'waiting' | 'silent' | 'behind' | 'stale'; since: Instant }
)

/** Something that somebody must act on. At most one is open for a key. */
export type Cause = {
  /** `source:<id>`, `site:<id>`, `system:<id>`, `thing:<id>`, `held-back:<source>`, `sites`, `publishing`, `audit`, `hub`. */
  key: string
  since: Instant
  headline: string
  because: string
  /** What follows from it, as sentences. */
  symptoms: string[]
  /** What to do, and what still works. */
  advice: string
  /** As people were told of it, where it has changed since: a silent site that speaks again and lags is still the same alarm. */
  toldAs?: { headline: string; since: Instant }
  /** What the same alarm was called before, oldest first, and until when. */
  earlier?: { headline: string; until: Instant }[]
  /** Nobody need be woken for it. */
  canWait?: boolean
  /** The key of an open alarm that was this all along: it goes on under this key, and people are told so. */
  replaces?: string
  /** Keys of open alarms that are this too: they end with a word to nobody, for who was told of them is told of this. */
  takesIn?: string[]
}

export type Alarm = {
  id: string
  key: string
  raisedAt: Instant
  cause: Cause
  /** When the cause was first seen to be gone; it counts as over only after it stayed gone. */
  clearSince: Instant | undefined
  closedAt: Instant | undefined
  /** When people were told; undefined while a maintenance window holds that back. */
  toldAt: Instant | undefined
}
