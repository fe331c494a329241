import mysql from 'mysql2'
import { Failure } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import { inTime } from './deadline.ts'
import { mysqlFailure } from './mysql-failure.ts'
import type { Place } from './place.ts'
import { tooMany } from './postgres.ts'
import type { CurrentTo, ResultSet, Row, SessionOptions, SqlSession, Values } from './session.ts'
import type { Statement } from './statement.ts'
import { textOfBytes } from './value.ts'

/**
 * A connection to MariaDB or MySQL. The session's zone is UTC: a TIMESTAMP column comes in UTC and is marked so; a DATETIME column comes as it was
 * written and is read in the mapping's zone. `now()` and `curdate()` in a mapping would be UTC: use `:now`, `:nowLocal` and `:today`.
 */
export async function connectMysql(place: Place, options: SessionOptions): Promise<SqlSession> {
  const where = `The database at ${place.label}`
  const connection = mysql.createConnection({
    ...(place.socket === undefined ? { host: place.host ?? '', port: place.port } : { socketPath: place.socket }),
    user: place.user,
    password: place.password ?? '',
    database: place.database,
    charset: 'utf8mb4',
    connectTimeout: options.connectMs + 1000,
    rowsAsArray: true,
    multipleStatements: false,
    typeCast: (field, _next) => {
      if (field.type === 'BIT') return bitText(field.buffer())
      const bytes = field.buffer()
      const text = bytes === null ? null : (textOfBytes(bytes) ?? `\\x${bytes.toString('hex')}`)
      return text !== null && field.type === 'TIMESTAMP' && !text.startsWith('0000') ? `${text}Z` : text
    },
    ...(place.tls === 'off'
      ? {}
      : {
          ssl: {
            rejectUnauthorized: place.tls === 'verify',
            verifyIdentity: place.tls === 'verify',
            ...(place.ca === undefined ? {} : { ca: place.ca }),
          },
        }),
  })
  const session = new MysqlSession(connection, where, options)
  await session.open()
  return session
}

class MysqlSession implements SqlSession {
  where: string
  readonly #connection: mysql.Connection
  readonly #options: SessionOptions

  constructor(connection: mysql.Connection, where: string, options: SessionOptions) {
    this.#connection = connection
    this.where = where
    this.#options = options
    // A connection that breaks reports here too; the query that waits says so itself.
    connection.on('error', () => {})
  }

  async open(): Promise<void> {
    const { connectMs, statementMs, readOnly } = this.#options
    try {
      await this.#inTime(
        new Promise<void>((resolve, reject) => {
          this.#connection.once('connect', () => resolve())
          this.#connection.once('error', reject)
        }),
        connectMs,
        'the sign-in',
      )
      const { rows } = await this.#run('SELECT VERSION()', connectMs, { rows: 1, what: 'asking for the version' })
      const version = rows[0]?.[0] ?? ''
      const maria = /mariadb/i.test(version)
      this.where = this.where.replace('The database', maria ? 'MariaDB' : 'MySQL')
      const deadline = maria
        ? `max_statement_time = ${statementMs / 1000}`
        : `max_execution_time = ${Math.ceil(statementMs)}`
      await this.#run(
        `SET SESSION time_zone = '+00:00', SESSION sql_mode = '', SESSION lock_wait_timeout = ${Math.max(1, Math.ceil(statementMs / 1000))}, SESSION ${deadline}`,
        connectMs,
        { rows: 1, what: 'setting up the session' },
      )
      await this.#run(
        `SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, ${readOnly ? 'READ ONLY' : 'READ WRITE'}`,
        connectMs,
        { rows: 1, what: 'setting up the session' },
      )
    } catch (thrown) {
      this.close()
      throw mysqlFailure(thrown, 'the sign-in', this.where)
    }
  }

  /** Values are escaped into the text: `sql_mode` is ours, so a backslash escapes, as the escaping supposes. */
  ask(statement: Statement, values: Values, limit: { rows: number; what: string }): Promise<ResultSet> {
    const text = statement.texts.reduce(
      (sql, part, at) => `${sql}${literal(values[statement.names[at - 1] ?? ''])}${part}`,
    )
    return this.#run(text, this.#options.statementMs + 500, limit)
  }

  async #run(text: string, ms: number, limit: { rows: number; what: string }): Promise<ResultSet> {
    const rows: Row[] = []
    let columns: string[] = []
    const asked = new Promise<ResultSet>((resolve, reject) => {
      const query = this.#connection.query({ sql: text, rowsAsArray: true })
      query.on('error', reject)
      query.on('fields', (fields: { name: string }[] | undefined) => {
        columns = fields?.map((field) => field.name) ?? []
      })
      query.on('result', (row: unknown) => {
        if (!Array.isArray(row)) return
        if (rows.length < limit.rows) rows.push(row.map((value: unknown) => (typeof value === 'string' ? value : null)))
        else reject(tooMany(this.where, limit))
      })
      query.on('end', () => resolve({ columns, rows }))
    })
    try {
      return await this.#inTime(asked, ms, limit.what)
    } catch (thrown) {
      if (rows.length >= limit.rows) this.close()
      throw mysqlFailure(thrown, limit.what, this.where)
    }
  }

  async beginSnapshot(): Promise<void> {
    await this.#run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', this.#options.statementMs, {
      rows: 1,
      what: 'beginning the read',
    })
  }

  async endSnapshot(): Promise<void> {
    await this.#run('COMMIT', this.#options.statementMs, { rows: 1, what: 'ending the read' })
  }

  /**
   * A replica tells by SHOW REPLICA STATUS how far it is behind, which needs REPLICA MONITOR (MariaDB) or REPLICATION CLIENT (MySQL). A server
   * that is read-only and does not let us ask may be a replica of any age, so nothing is read from it.
   */
  async currentTo(): Promise<CurrentTo> {
    const what = 'asking what the server is current to'
    const ms = this.#options.statementMs
    const { rows } = await this.#run('SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000), @@global.read_only', ms, {
      rows: 1,
      what,
    })
    const now = Number(rows[0]?.[0])
    const readOnly = rows[0]?.[1] === '1' || rows[0]?.[1] === 'ON'
    const status = await this.#replicaStatus(ms, what)
    if (status === 'not allowed' && readOnly)
      throw new Failure(
        'permanent',
        `${this.where}: it is read-only, so it may be a replica, and this account may not ask how far it is behind. GRANT REPLICA MONITOR (MariaDB) or REPLICATION CLIENT (MySQL) to it, or give the mapping an asOf query.`,
      )
    if (status === 'not allowed' && (await this.#hasFollowed(ms, what)))
      throw new Failure(
        'permanent',
        `${this.where}: it follows another server, or has done so, and this account may not ask how far it is behind. GRANT REPLICA MONITOR (MariaDB) or REPLICATION CLIENT (MySQL) to it, or give the mapping an asOf query.`,
      )
    if (status === 'not allowed') return { now, asOf: now, because: 'a server that takes writes' }
    if (status.rows.length === 0 && readOnly)
      throw new Failure(
        'permanent',
        `${this.where}: it is read-only and follows no server, so it is no primary, and nobody can say how old it is. Nothing is read from it. Start its replication, or give the mapping an asOf query.`,
      )
    if (status.rows.length === 0) return { now, asOf: now, because: 'a primary' }
    const behind = status.rows.map((row) => behindOf(row, status.columns))
    const oldest = behind.reduce<number | undefined>(
      (most, one) => (most === undefined || one === undefined ? undefined : Math.max(most, one)),
      0,
    )
    if (oldest === undefined)
      throw new Failure(
        'transient',
        `${this.where}: it is a replica whose replication is not running, so nobody can say how old it is. Nothing is read from it until it runs.`,
      )
    return { now, asOf: now - (oldest + (oldest === 0 ? 0 : 1)) * 1000, because: 'a replica' }
  }

  /** Every connection that it replicates by: MariaDB leaves named ones out of the plain statement. */
  async #replicaStatus(ms: number, what: string): Promise<ResultSet | 'not allowed'> {
    for (const statement of [
      'SHOW ALL REPLICAS STATUS',
      'SHOW ALL SLAVES STATUS',
      'SHOW REPLICA STATUS',
      'SHOW SLAVE STATUS',
    ]) {
      try {
        return await this.#run(statement, ms, { rows: 100, what })
      } catch (thrown) {
        if (!(thrown instanceof Failure) || thrown.kind !== 'permanent') throw thrown
        if (/not allowed/.test(thrown.message)) return 'not allowed'
      }
    }
    return 'not allowed'
  }

  /** Signs of replication that need no right: threads that run, and transactions of other servers. */
  async #hasFollowed(ms: number, what: string): Promise<boolean> {
    const signs = [
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Slaves_running', 'Slave_running') AND Value NOT IN ('0', 'OFF', '')",
      "SELECT 1 FROM (SELECT @@global.gtid_slave_pos AS seen) AS state WHERE seen <> ''",
      "SELECT 1 FROM (SELECT REPLACE(@@global.gtid_executed, @@global.server_uuid, '') AS seen) AS state WHERE seen LIKE '%-%-%-%-%'",
    ]
    for (const sign of signs) {
      try {
        if ((await this.#run(sign, ms, { rows: 10, what })).rows.length > 0) return true
      } catch (thrown) {
        // Each engine knows its own variables only.
        if (!(thrown instanceof Failure) || thrown.kind !== 'permanent') throw thrown
      }
    }
    return false
  }

  async clock(): Promise<Instant> {
    const what = 'asking for the time'
    const { rows } = await this.#run('SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000)', this.#options.statementMs, {
      rows: 1,
      what,
    })
    return Number(rows[0]?.[0])
  }

  async tooManyRights(): Promise<string[]> {
    const { rows } = await this.#run('SHOW GRANTS', this.#options.statementMs, {
      rows: 1000,
      what: 'asking for the rights of this account',
    })
    return rows.flatMap(([grant]) => {
      const [, rights, on] = /^GRANT (.+?) ON (\S+) TO /.exec(grant ?? '') ?? []
      const more = (rights ?? '')
        .replace(/\([^)]*\)/g, '')
        .split(',')
        .map((right) => right.trim())
        .filter((right) => right !== '' && !READING.has(right))
      return more.length === 0 ? [] : [`it has ${more.join(', ')} on ${on}`]
    })
  }

  instantText(at: Instant): string {
    return new Date(at).toISOString().slice(0, 23).replace('T', ' ')
  }

  quote(name: string): string {
    return `\`${name.replaceAll('`', '``')}\``
  }

  close(): void {
    this.#connection.destroy()
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

/** Seconds behind of one connection; undefined: it is not running, whatever number the server shows. */
function behindOf(row: Row, columns: string[]): number | undefined {
  const told = (pattern: RegExp): string | null | undefined => row[columns.findIndex((column) => pattern.test(column))]
  const runs = [/^(Slave|Replica)_IO_Running$/, /^(Slave|Replica)_SQL_Running$/].every((thread) => {
    const word = told(thread)
    return word === undefined || word === 'Yes'
  })
  const seconds = told(/^Seconds_Behind_(Master|Source)$/)
  return runs && seconds !== null && seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) : undefined
}

/** BIT columns come as bytes: as the number that they are, which is 0 or 1 for BIT(1). */
function bitText(bytes: Buffer | null): string | null {
  return bytes === null || bytes.length === 0 ? null : BigInt(`0x${bytes.toString('hex')}`).toString()
}

const READING = new Set([
  'USAGE',
  'SELECT',
  'SHOW VIEW',
  'SHOW DATABASES',
  'REPLICA MONITOR',
  'SLAVE MONITOR',
  'BINLOG MONITOR',
  'REPLICATION CLIENT',
])

function literal(value: string | number | string[] | undefined): string {
  if (value === undefined) return 'NULL'
  if (Array.isArray(value)) return value.length === 0 ? 'NULL' : value.map((one) => mysql.escape(one)).join(',')
  return mysql.escape(value)
}
