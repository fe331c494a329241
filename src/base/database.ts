import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'

/**
 * The hub's store: any PostgreSQL of version 15 or later. A module's `store.ts` sees its own tables through `db.withTables<...>()`, and takes
 * a transaction wherever it takes a database, so a flow decides what happens together.
 */
// biome-ignore lint/complexity/noBannedTypes: a database of which no table is known yet
export type Database = Kysely<{}>

export type Migration = {
  /** `<module>-<four digits>-<subject>`; never renamed once released, applied in the order of the hub's list. */
  name: string
  /** Statements separated as PostgreSQL reads them; all run in one transaction. */
  sql: string
}

/** bigint columns hold instants and counts, all below 2^53: they are read as numbers. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
}

const FIND_OUT_SOON = 'SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3'

/**
 * `url`: `postgres://...`, or the folder of a Unix socket as `socket:/path/to/folder?user=holdfast&database=holdfast`.
 * Connections are made when first needed; dispose with `db.destroy()`.
 */
export function openDatabase(url: string, most = 10): Database {
  const pool = new pg.Pool({
    ...connectionOf(url),
    max: most,
    types,
    application_name: 'holdfast',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // A hub whose machine lost its power closes nothing: the server must find out by itself, and give up what that hub had locked.
  pool.on('connect', (client) => {
    // A connection that is in use but asks nothing at the moment (a turn that is held) reports its end here, and the pool does not listen meanwhile:
    // unheard, it would end the program. Who uses it hears of it with the next query.
    client.on('error', () => {})
    client.query(FIND_OUT_SOON).catch(() => {})
  })
  // An idle connection that the server closes reports here; the next query makes a new one and says so if it cannot.
  pool.on('error', () => {})
  return new Kysely({ dialect: new PostgresDialect({ pool }) })
}

export function connectionOf(url: string): pg.ClientConfig {
  if (!url.startsWith('socket:')) return { connectionString: url }
  const parsed = new URL(url)
  return {
    host: parsed.pathname,
    user: parsed.searchParams.get('user') ?? 'holdfast',
    database: parsed.searchParams.get('database') ?? 'holdfast',
    port: Number(parsed.searchParams.get('port') ?? 5432),
  }
}
