import type { Instant } from '../../base/time.ts'
import type { Statement } from './statement.ts'

/** Every value as the database writes it; no driver turns a date into something else on the way. */
export type Row = (string | null)[]
export type ResultSet = { columns: string[]; rows: Row[] }

/** What a query's `:names` stand for. An instant is written as the engine and the name (`...Local`) want it. */
export type Values = { [name: string]: string | number | string[] }

/**
 * One connection, used by one read. Everything throws `Failure` only and ends within the deadlines; after a failure the connection is of no
 * further use.
 */
export type SqlSession = {
  /** "PostgreSQL 15.8 at db2:5432". */
  readonly where: string
  /** A query of the mapping; `what` names it in messages. More than `rows` rows is a permanent Failure. */
  ask(statement: Statement, values: Values, limit: { rows: number; what: string }): Promise<ResultSet>
  /** Begins a transaction that only reads and sees the database as of one moment. */
  beginSnapshot(): Promise<void>
  endSnapshot(): Promise<void>
  /** What its clock shows. */
  clock(): Promise<Instant>
  /** What the source is current to and what its own clock shows, both by that clock. */
  currentTo(): Promise<CurrentTo>
  /** Rights that a reader should not have, in words; empty when there are none. */
  tooManyRights(): Promise<string[]>
  /** An instant as this engine reads it in `:since` and the like. */
  instantText(at: Instant): string
  /** A name of a column or table, quoted when it must be. */
  quote(name: string): string
  /** Hangs up at once. */
  close(): void
}

export type CurrentTo = { asOf: Instant; now: Instant; because: string }

/** What a connection is opened with. `statementMs` is a write's deadline too. */
export type SessionOptions = {
  zone: string
  connectMs: number
  statementMs: number
  signal?: AbortSignal
  /** False only for the canary's writer. */
  readOnly: boolean
}
