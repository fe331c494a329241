import type { Instant } from '../../base/time.ts'
import type { LogPosition } from './position.ts'

/**
 * The standby: a second server that repeats what the primary writes. Whether it has everything is proven by one rule only: what the primary had
 * at t, asked over its own path, is on the standby by the standby's own word at some later time. What either engine's views say of the
 * other side is never proof: they go on saying "streaming" for a minute after the cable is out.
 */
export type PairFacts = {
  /** Our looks, oldest first, the newest last; about the last minute. In each the primary was asked before the standby. */
  looks: readonly [Look, ...Look[]] | readonly [...Look[], Look]
  /** What the primary said that it had, with when it was asked; as far back as the standby may be behind. */
  samples: readonly Sample[]
  expected: Expected
  wentBack?: WentBack | undefined
}

/** At `at` the log of the primary ended at `to`, and the standby already had `had`, which lies beyond. */
export type WentBack = { at: Instant; to: LogPosition; had: LogPosition }

export type Look = { primary: Answer; standby: Answer }

export type Answer = { askedAt: Instant; answeredAt: Instant } & (
  | { answered: true; said: Said }
  | { answered: false; why: string; because: string }
)

/** Whatever was committed before `at` lies at or before `position`. */
export type Sample = { at: Instant; systemId: string | undefined; position: LogPosition }

export type Expected = {
  /** Which pair this is, from its first look on; a server with another id is another practice's, or a new one. */
  systemId: string | undefined
  /** The practice relies on commits waiting for the standby. */
  synchronous: boolean
  /** So much log kept for an absent standby is a danger to the primary's disk. */
  slotKeepBytes: number
}

/** What one server says of itself; the connectors' words, as far as rules need them. */
export type Said = {
  engine: 'postgres' | 'mariadb'
  systemId: string | undefined
  /** Differs between any two servers. */
  serverId: string
  startedAt: Instant
  clock: Instant
  /** `unknown`: it takes no writes and follows nobody, by its own word. */
  role: 'primary' | 'standby' | 'unknown'
  current: LogPosition | undefined
  received: LogPosition | undefined
  replayed: LogPosition | undefined
  replayedAt: Instant | undefined
  replay: 'running' | 'paused' | 'stopped' | undefined
  receiver:
    | {
        status: string
        heardMs: number | undefined
        from: string | undefined
        name?: string | undefined
        place?: string | undefined
      }
    | undefined
  complaint: string | undefined
  senders: readonly { slot: string | undefined; state: string; repliedMs: number | undefined }[]
  slots: readonly {
    name: string
    active: boolean
    status: string
    logical?: boolean
    keptBytes: number | undefined
    safeBytes: number | undefined
  }[]
  /** The newest transaction of each server in each domain that this one has, where the engine says it. */
  transactions?:
    | { serverId: number; newest: readonly { domain: number; server: number; sequence: number }[] }
    | undefined
  archive: { archivedAt: Instant | undefined; failedAt: Instant | undefined; failures: number } | undefined
  synchronous: { on: boolean; standbys: number; waiting: number; longestMs: number }
  heartbeat: { beat: number; at: Instant } | undefined
  write: 'refused' | 'accepted' | 'not-tried'
  accountUntil: Instant | undefined
}

/** `provenAt`: everything committed before it is on the standby's disk, by the standby's own word. */
export type Verdict = { because: string; provenAt: Instant | undefined; provenTo: LogPosition | undefined } & (
  | { verdict: 'PROVEN'; provenAt: Instant; provenTo: LogPosition }
  /**
   * `amount` of what the primary had when last asked is not there, or, where replay does not run, cannot be read there; `behindMs`: how old what is
   * there is, or what can be read, if there ever was proof.
   */
  | { verdict: 'BEHIND'; amount: number; unit: 'bytes' | 'transactions'; behindMs: number | undefined }
  | { verdict: 'DIVERGED' }
  /** Never drawn like PROVEN, and never counted as it. */
  | { verdict: 'UNKNOWN' }
)

export type Fault =
  | 'primary-unreachable'
  | 'standby-unreachable'
  | 'credentials-expired'
  | 'credentials-expiring'
  | 'wrong-host'
  | 'roles-swapped'
  | 'both-writable'
  | 'standby-writable'
  | 'wrong-timeline'
  | 'standby-ahead'
  | 'errant-transactions'
  | 'replay-paused'
  | 'replay-stopped'
  | 'replay-stalled'
  | 'receiver-gone'
  | 'receiver-deaf'
  | 'standby-disk-full'
  | 'log-removed'
  | 'follows-another'
  | 'slot-lost'
  | 'slot-eats-disk'
  | 'archive-failing'
  | 'commits-hang'
  | 'synchronous-degraded'
  | 'heartbeat-stopped'
  | 'clock-skew'

/** Something that somebody must act on, named. No patient data is in it. */
export type Finding = {
  fault: Fault
  because: string
  /** What to do, in which order, and what must not be done. */
  remedy: string
}

export const LIMITS = {
  /** Proof older than this is no proof any more. */
  provenMs: 10_000,
  /** A receiver that heard nothing for so long, while there was something to say, is deaf; a fault that heals itself sooner is none. */
  patienceMs: 6000,
  /** A side that has not answered for so long, in so many looks, does not answer; a busy machine leaves one or two looks without an answer. */
  silentMs: 10_000,
  silentLooks: 3,
  skewMs: 2000,
  /** Less than this left before max_slot_wal_keep_size takes the slot away. */
  slotSafeBytes: 64e6,
  hangMs: 3000,
  accountMs: 7 * 24 * 3_600_000,
} as const
