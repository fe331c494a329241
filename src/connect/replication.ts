import type { Instant } from '../base/time.ts'

/**
 * The contract of every connector that asks one side of a replicated pair. Each side is asked over its own path, signed in anew each time, so that
 * an expired password or a dead line is seen at once. `ask` never throws and ends within the deadline of its config.
 */
export type ReplicationSide = { ask(signal?: AbortSignal): Promise<SideAnswer> }

/** `askedAt`: our clock before the first byte went out; whatever was committed by then is in what it says. */
export type SideAnswer = { askedAt: Instant; answeredAt: Instant } & (
  | { answered: true; said: SideSays }
  | { answered: false; why: NoAnswer; because: string }
)

/** `silent`: it took the connection, or nothing did, and said nothing in time. `rights`: signed in, but not allowed to look. */
export type NoAnswer = 'refused' | 'silent' | 'no-way' | 'sign-in' | 'rights' | 'starting' | 'full' | 'broken'

/** A place in the log: a byte of a timeline (PostgreSQL), or the newest transaction of each domain (MariaDB). */
export type LogPosition =
  | { kind: 'lsn'; timeline: number | undefined; byte: number }
  | { kind: 'gtid'; domains: { [domain: string]: { server: number; sequence: number } } }

/** What one server says of itself, in one look. Spans are by the server's own clock. */
export type SideSays = {
  engine: 'postgres' | 'mariadb'
  /** Equal on a primary and its standbys (PostgreSQL's system identifier); undefined where the engine has none. */
  systemId: string | undefined
  /** Which server this is: differs between any two servers. */
  serverId: string
  startedAt: Instant
  /** Its own clock in the middle of the look. */
  clock: Instant
  /**
   * A standby by its own word: in recovery (PostgreSQL), with a replication connection (MariaDB). `unknown`: it takes no writes and has no
   * connection, so it is neither a primary nor a standby that is known to follow.
   */
  role: 'primary' | 'standby' | 'unknown'
  /** The end of its own log; nothing that it has committed lies beyond. Undefined on a standby. */
  current: LogPosition | undefined
  /** What a standby has on its disk, and what can be read on it. */
  received: LogPosition | undefined
  replayed: LogPosition | undefined
  /** When the last replayed transaction was committed, by the primary's clock. */
  replayedAt: Instant | undefined
  replay: 'running' | 'paused' | 'stopped' | undefined
  /**
   * What brings the log; of several connections the worst. Undefined: nothing does. `heardMs`: since the last message from the primary. `name`: of
   * the connection, where it has one. `place`: how far it has read in the primary's own files, where that is all it says.
   */
  receiver:
    | {
        status: string
        heardMs: number | undefined
        from: string | undefined
        name?: string | undefined
        place?: string | undefined
      }
    | undefined
  /** Why the log does not come, as the server itself said within the last minute, if it lets us know. */
  complaint: Complaint | undefined
  senders: { name: string; slot: string | undefined; state: string; sync: string; repliedMs: number | undefined }[]
  /** Every slot that the server has, of any kind and database. `logical`: read by something other than a standby. */
  slots: {
    name: string
    active: boolean
    status: string
    logical?: boolean
    keptBytes: number | undefined
    safeBytes: number | undefined
  }[]
  /** What is known here of who wrote what (MariaDB); undefined where the engine does not say. */
  transactions?: Transactions | undefined
  /** Undefined: it archives nothing. */
  archive: { archivedAt: Instant | undefined; failedAt: Instant | undefined; failures: number } | undefined
  /** `on`: commits wait for a standby. `standbys`: how many such there are now. `waiting`: commits that hang. */
  synchronous: { on: boolean; standbys: number; waiting: number; longestMs: number }
  /** The row that we write on the primary: its number and the primary's time when it was written. */
  heartbeat: { beat: number; at: Instant } | undefined
  /** A write tried and taken back on a standby: `refused` is proof that it is read-only. */
  write: 'refused' | 'accepted' | 'not-tried'
  /** When our account stops being let in. */
  accountUntil: Instant | undefined
}

/** The newest transaction of each server in each domain, written here or repeated here. `serverId`: of this server. */
export type Transactions = { serverId: number; newest: { domain: number; server: number; sequence: number }[] }

export type Complaint =
  | 'disk-full'
  | 'log-removed'
  | 'other-history'
  | 'sign-in-refused'
  | 'cannot-connect'
  | 'cannot-apply'
  | 'slot-gone'

/**
 * What is open on the primary, by the practice's own queries: who is signed in, who has an unsigned encounter. `who`: names of its staff, at most 50;
 * `count`: rows, of which at most 300 are read. Never a patient's name: the query is written for that.
 */
export type OpenWork = { what: string; count: number; who: string[] }

/** Undefined: it was not told (no answer in time, a query that fails); never throws. */
export type AskOpenWork = (signal?: AbortSignal) => Promise<OpenWork[] | undefined>
