import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Clock } from '../../../base/time.ts'
import type { ReplicationSide, SideSays } from '../../replication.ts'
import { labelOf, type SideConfig } from '../config.ts'
import { inTime } from '../in-time.ts'
import { readFacts, type TextRow } from './read-facts.ts'
import { refusalOf } from './refusal.ts'

const PORT = 3306
/** A commit waits for a semi-synchronous standby that is away, ours too; what was learnt before must not wait with it. */
const BEAT_MS = 700

const VARIABLES = `SELECT @@server_id AS server_id, @@hostname AS hostname, @@port AS port, @@datadir AS datadir, @@read_only AS read_only,
  @@gtid_binlog_pos AS binlog, @@gtid_binlog_state AS state, @@gtid_slave_pos AS replayed, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS CHAR) AS clock`
const STATUS = `SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Slaves_connected', 'Rpl_semi_sync_master_status',
  'Rpl_semi_sync_master_clients', 'Rpl_semi_sync_master_wait_sessions')`
const HEARTBEAT = 'SELECT beat, CAST(UNIX_TIMESTAMP(at) * 1000 AS CHAR) AS at FROM holdfast.heartbeat'
const BEAT = `INSERT INTO holdfast.heartbeat (one, beat, at) VALUES (1, 1, NOW(3))
  ON DUPLICATE KEY UPDATE beat = beat + 1, at = NOW(3)`

/** One side of a MariaDB pair; `expected` as for PostgreSQL. The heartbeat is written after the look. */
export function mariadbSide(config: SideConfig, expected: 'primary' | 'standby', clock: Clock): ReplicationSide {
  const where = `MariaDB at ${labelOf(config, PORT)}`
  return {
    async ask(signal) {
      const askedAt = clock.now()
      const open: Opened = {}
      const hangUp = () => open.connection?.destroy()
      try {
        const said = await inTime(look(config, expected, open), { ms: config.deadlineMs, signal, hangUp })
        const answeredAt = clock.now()
        if (said !== undefined) return { askedAt, answeredAt, answered: true, said }
        const because = `${where} said nothing within ${config.deadlineMs / 1000} s.`
        return { askedAt, answeredAt, answered: false, why: 'silent', because }
      } catch (thrown) {
        return { askedAt, answeredAt: clock.now(), answered: false, ...refusalOf(thrown, where) }
      } finally {
        hangUp()
      }
    },
  }
}

async function look(config: SideConfig, expected: 'primary' | 'standby', open: Opened): Promise<SideSays> {
  const connection = await connectTo(config, open)
  await connection.query(
    "SET SESSION time_zone = '+00:00', SESSION innodb_lock_wait_timeout = 1, SESSION lock_wait_timeout = 1",
  )
  const write = expected === 'standby' ? await tryToWrite(connection) : 'not-tried'
  const [variables = {}] = await rows(connection, VARIABLES)
  const status = Object.fromEntries(
    (await rows(connection, STATUS)).map(({ Variable_name: name, Value: value }) => [name, value]),
  )
  // SHOW REPLICA STATUS shows the connection without a name alone: empty beside a named one, it looks like none.
  const replicas = await rows(connection, 'SHOW ALL REPLICAS STATUS')
  const said = readFacts({ variables, status, replicas, expected }, { write, heartbeat: await heartbeatOf(connection) })
  // Where commits hang already, ours would hang too, one more with each look.
  if (expected === 'primary' && said.role === 'primary' && said.synchronous.waiting === 0)
    await inTime(
      connection.query(BEAT).catch(() => {}),
      { ms: BEAT_MS, signal: undefined, hangUp: () => {} },
    )
  return said
}

/** What is to be hung up on, as soon as there is something. */
export type Opened = { connection?: Connection }

export async function connectTo(config: SideConfig, open: Opened): Promise<Connection> {
  const connection = await createConnection({
    ...(config.socket === undefined ? { host: config.host, port: config.port ?? PORT } : { socketPath: config.socket }),
    user: config.user,
    password: config.password ?? '',
    connectTimeout: config.deadlineMs,
    typeCast: (field) => field.string('utf8'),
    ...(config.tls === 'off' || config.socket !== undefined
      ? {}
      : {
          ssl: { rejectUnauthorized: config.tls === 'verify', ...(config.ca === undefined ? {} : { ca: config.ca }) },
        }),
  })
  open.connection = connection
  // What breaks later is of no interest; a query that waits says so itself.
  connection.on('error', () => {})
  return connection
}

async function tryToWrite(connection: Connection): Promise<SideSays['write']> {
  try {
    await connection.query('START TRANSACTION')
    await connection.query(BEAT)
    await connection.query('ROLLBACK')
    return 'accepted'
  } catch (thrown) {
    await connection.query('ROLLBACK')
    return thrown instanceof Error && 'errno' in thrown && thrown.errno === 1290 ? 'refused' : 'not-tried'
  }
}

async function heartbeatOf(connection: Connection): Promise<SideSays['heartbeat']> {
  try {
    const [row] = await rows(connection, HEARTBEAT)
    return row === undefined ? undefined : { beat: Number(row.beat), at: Number(row.at) }
  } catch {
    // No table, no right to it, or somebody locks it: the other facts still stand.
    return undefined
  }
}

async function rows(connection: Connection, sql: string): Promise<TextRow[]> {
  const [found] = await connection.query<(RowDataPacket & TextRow)[]>(sql)
  return found
}
