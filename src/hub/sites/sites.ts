import type { Instant } from '../../base/time.ts'
import type { Heartbeat } from '../../pack/link.ts'

/**
 * A site as the hub knows it. It is `planned` until its lockbox proves a code, `enrolled` while it may read, `revoked` for good: what is
 * published after that is sealed by a key that it is not given. A replaced lockbox enrols again under the same id with keys of its own.
 */
export type Site = {
  id: string
  name: string
  /** Undefined: the practice's. */
  zone: string | undefined
  /** The source's keys of the places whose appointments this site sees. */
  locationIds: string[]
  printers: { name: string; uri: string }[]
  status: SiteStatus
  /** Of the lockbox that is enrolled. */
  recipient: string | undefined
  signingKey: string | undefined
  madeAt: Instant
  enrolledAt: Instant | undefined
  revoked: { at: Instant; by: string; because: string } | undefined
}

export type SiteStatus = 'planned' | 'enrolled' | 'revoked'

export type Offer = {
  codeId: string
  siteId: string
  madeAt: Instant
  madeBy: string
  expiresAt: Instant
}

/** What a site last said, and when the hub heard it by its own clock. */
export type Heard = { heardAt: Instant; heartbeat: Heartbeat }

/** One moment of a site's history, for its freshness line: how old its schedule was when it spoke. */
export type HeardBefore = {
  heardAt: Instant
  schedule: Instant | undefined
  keyData: Instant | undefined
  canary: Instant | undefined
}

export type Pull = { siteId: string; at: Instant; packId: string; sequence: number }
