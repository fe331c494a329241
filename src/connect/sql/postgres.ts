import pg from 'pg'
import { Failure } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import { guardStream, hangUp } from '../postgres-stream.ts'
import { inTime } from './deadline.ts'
import type { Place } from './place.ts'
import { postgresFailure } from './postgres-failure.ts'
import type { CurrentTo, ResultSet, Row, SessionOptions, SqlSession, Values } from './session.ts'
import type { Statement } from './statement.ts'

/** Every value stays the text that the server wrote. */
const asText = { getTypeParser: () => (text: string) => text }

/**
 * A connection to PostgreSQL. `options` go by SET, not by start-up parameters, so that a pooler in between does not refuse them. The session's
 * zone is the mapping's, so `current_date` in a mapping is the practice's day; times come with their offset.
 */
export async function connectPostgres(place: Place, options: SessionOptions): Promise<SqlSession> {
  const where = `PostgreSQL at ${place.label}`
  const client = new pg.Client({
    host: place.socket ?? place.host,
    port: place.port,
    user: place.user,
    password: place.password ?? '',
    database: place.database,
    ssl:
      place.tls === 'off'
        ? false
        : { rejectUnauthorized: place.tls === 'verify', ...(place.ca === undefined ? {} : { ca: place.ca }) },
    types: asText,
    application_name: 'holdfast',
    keepAlive: true,
  })
  guardStream(client)
  const session = new PostgresSession(client, where, options)
  await session.open()
  return session
}

class PostgresSession implements SqlSession {
  where: string
  readonly #client: pg.Client
  readonly #options: SessionOptions

  constructor(client: pg.Client, where: string, options: SessionOptions) {
    this.#client = client
    this.where = where
    this.#options = options
    // An idle connection that breaks reports here; the next query says so itself.
    client.on('error', () => {})
  }

  async open(): Promise<void> {
    const { connectMs, statementMs, zone, readOnly } = this.#options
    try {
      await this.#inTime(this.#client.connect(), connectMs, 'the sign-in')
      await this.#inTime(
        this.#client.query(
          `SET statement_timeout = ${Math.ceil(statementMs)}; SET lock_timeout = ${Math.ceil(statementMs)}; SET TIME ZONE '${zone.replaceAll("'", "''")}';
           SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'; SET default_transaction_read_only = ${readOnly ? 'on' : 'off'}`,
        ),
        connectMs,
        'setting up the session',
      )
    } catch (thrown) {
      this.close()
      throw postgresFailure(thrown, 'the sign-in', this.where)
    }
  }

  async ask(statement: Statement, values: Values, limit: { rows: number; what: string }): Promise<ResultSet> {
    const given: unknown[] = []
    const text = statement.texts.reduce((sql, part, at) => {
      given.push(values[statement.names[at - 1] ?? ''] ?? null)
      return `${sql}$${at}${part}`
    })
    return this.#rows(text, given, limit)
  }

  async #rows(text: string, given: unknown[], limit: { rows: number; what: string }): Promise<ResultSet> {
    const rows: Row[] = []
    const asked = new Promise<ResultSet>((resolve, reject) => {
      const config: pg.QueryArrayConfig = { text, values: given, rowMode: 'array', types: asText }
      const query = new pg.Query(config)
      query.on('row', (row: Row) => {
        if (rows.length < limit.rows) rows.push(row)
        else reject(tooMany(this.where, limit))
      })
      query.on('error', reject)
      query.on('end', (result: { fields: { name: string }[] }) =>
        resolve({ columns: result.fields.map((field) => field.name), rows }),
      )
      this.#client.query(query)
    })
    try {
      return await this.#inTime(asked, this.#options.statementMs + 500, limit.what)
    } catch (thrown) {
      if (rows.length >= limit.rows) this.close()
      throw postgresFailure(thrown, limit.what, this.where)
    }
  }

  async beginSnapshot(): Promise<void> {
    await this.#rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', [], { rows: 1, what: 'beginning the read' })
  }

  async endSnapshot(): Promise<void> {
    await this.#rows('COMMIT', [], { rows: 1, what: 'ending the read' })
  }

  async currentTo(): Promise<CurrentTo> {
    const { rows } = await this.#rows(CURRENT_TO, [], { rows: 1, what: 'asking what the server is current to' })
    const [now, asOf, standby, because] = rows[0] ?? []
    const [nowMs, asOfMs] = [Number(now), Number(asOf)]
    if (asOf === null || !Number.isFinite(asOfMs) || !Number.isFinite(nowMs))
      throw new Failure(
        'transient',
        `${this.where}: this standby cannot say what it has replayed to: it has replayed no transaction since it started, and has not replayed all that its primary told it of (it is ${because ?? 'a standby'}). Nothing is read from it until it replays one.`,
      )
    return { now: nowMs, asOf: asOfMs, because: standby === 't' ? (because ?? 'a standby') : 'a primary' }
  }

  async clock(): Promise<Instant> {
    const what = 'asking for the time'
    const { rows } = await this.#rows('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint', [], {
      rows: 1,
      what,
    })
    return Number(rows[0]?.[0])
  }

  async tooManyRights(): Promise<string[]> {
    const { rows } = await this.#rows(TOO_MANY_RIGHTS, [], { rows: 100, what: 'asking for the rights of this account' })
    return rows.flatMap(([right]) => right ?? [])
  }

  instantText(at: Instant): string {
    return new Date(at).toISOString()
  }

  quote(name: string): string {
    return `"${name.replaceAll('"', '""')}"`
  }

  close(): void {
    hangUp(this.#client)
  }

  #inTime<Value>(doing: Promise<Value>, ms: number, what: string): Promise<Value> {
    return inTime(doing, {
      ms,
      signal: this.#options.signal,
      says: `${this.where}: ${what} was not answered within ${Math.round(ms / 100) / 10} s. The last whole read still stands; the next one tries again.`,
      hangUp: () => this.close(),
    })
  }
}

export function tooMany(where: string, limit: { rows: number; what: string }): Failure {
  return new Failure(
    'permanent',
    `${where}: ${limit.what} gives more than ${limit.rows} rows, the mapping's limit. Does a join multiply its rows? Correct the query, or raise the limit.`,
  )
}

/**
 * A standby is current to the moment at which the primary sent the last message that told its end of log, if all of that is replayed; otherwise to
 * the last transaction that it replayed. A receiver that is gone or hears nothing, and a replay that is paused, so never make it look current.
 * `pg_stat_wal_receiver` shows this only to members of pg_read_all_stats; without them the older, safe answer stands.
 */
const CURRENT_TO = `
  SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,
    (extract(epoch FROM CASE WHEN NOT pg_is_in_recovery() THEN clock_timestamp()
      ELSE greatest(pg_last_xact_replay_timestamp(),
        (SELECT last_msg_send_time FROM pg_stat_wal_receiver
         WHERE status = 'streaming' AND latest_end_lsn <= pg_last_wal_replay_lsn())) END) * 1000)::bigint AS as_of,
    pg_is_in_recovery() AS standby,
    CASE WHEN NOT pg_is_in_recovery() THEN NULL
      WHEN pg_is_wal_replay_paused() THEN 'a standby whose replay is paused'
      WHEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 'a standby that receives nothing from its primary'
      ELSE 'a standby' END AS because`

const TOO_MANY_RIGHTS = `
  SELECT 'it is a superuser' AS too_much FROM pg_roles WHERE rolname = current_user AND rolsuper
  UNION ALL
  SELECT * FROM (SELECT 'it may change ' || c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
      AND has_schema_privilege(n.oid, 'USAGE')
      AND (has_table_privilege(c.oid, 'INSERT') OR has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE')
        OR has_table_privilege(c.oid, 'TRUNCATE') OR has_any_column_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'UPDATE'))
    ORDER BY 1 LIMIT 20) AS writable`
