import pg from 'pg'
import { codeOf } from '../../../base/failure.ts'
import type { Clock } from '../../../base/time.ts'
import type { ReplicationSide, SideAnswer, SideSays } from '../../replication.ts'
import { labelOf, type SideConfig } from '../config.ts'
import { inTime } from '../in-time.ts'
import { BEAT, COMPLAINT, FACTS, HEARTBEAT, MAY_COMPLAIN } from './facts-query.ts'
import { complaintOf, readFacts } from './read-facts.ts'
import { refusalOf } from './refusal.ts'

const PORT = 5432

/**
 * One side of a PostgreSQL pair. `expected` is what the practice says it is: on a primary the heartbeat is written before the look, on a standby a
 * write is tried, which it must refuse, and taken back.
 */
export function postgresSide(config: SideConfig, expected: 'primary' | 'standby', clock: Clock): ReplicationSide {
  const where = `PostgreSQL at ${labelOf(config, PORT)}`
  return {
    async ask(signal) {
      const askedAt = clock.now()
      const client = clientFor(config)
      const hangUp = () => hangUpOn(client)
      try {
        const said = await inTime(look(client, expected), { ms: config.deadlineMs, signal, hangUp })
        const answeredAt = clock.now()
        if (said !== undefined) return { askedAt, answeredAt, answered: true, said }
        const because = `${where} said nothing within ${config.deadlineMs / 1000} s.`
        return { askedAt, answeredAt, answered: false, why: 'silent', because }
      } catch (thrown) {
        hangUp()
        const refused: SideAnswer = {
          askedAt,
          answeredAt: clock.now(),
          answered: false,
          ...refusalOf(thrown, where),
        }
        return refused
      }
    },
  }
}

/** A client that is not connected yet. */
export function clientFor(config: SideConfig): pg.Client {
  const client = new pg.Client({
    host: config.socket ?? config.host,
    port: config.port ?? PORT,
    user: config.user,
    password: config.password ?? '',
    database: config.database,
    ssl:
      config.tls === 'off' || config.socket !== undefined
        ? false
        : { rejectUnauthorized: config.tls === 'verify', ...(config.ca === undefined ? {} : { ca: config.ca }) },
    application_name: 'holdfast',
    statement_timeout: config.deadlineMs,
    // Somebody who locks our row must not make the whole server look silent.
    lock_timeout: 500,
  })
  // What breaks after the answer came, or after we hung up, is of no interest; a query that waits says so itself.
  client.on('error', () => {})
  return client
}

async function look(client: pg.Client, expected: 'primary' | 'standby'): Promise<SideSays> {
  await client.connect()
  const write = expected === 'standby' ? await tryToWrite(client) : await beat(client)
  const heartbeat = await heartbeatOf(client)
  const facts = await client.query<{ facts: string }>(FACTS)
  const said = readFacts(facts.rows[0]?.facts ?? '', { heartbeat, write, complaint: undefined })
  const complaint =
    said.role === 'standby' && said.receiver?.status !== 'streaming' ? await complain(client) : undefined
  client.end().catch(() => {})
  return { ...said, complaint }
}

/** A primary that cannot be written to (full disk, in recovery) is still worth asking: its heartbeat stands still then. */
async function beat(client: pg.Client): Promise<'not-tried'> {
  await inTransaction(client, BEAT, 'COMMIT').catch(() => {})
  return 'not-tried'
}

async function tryToWrite(client: pg.Client): Promise<SideSays['write']> {
  try {
    await inTransaction(client, BEAT, 'ROLLBACK')
    return 'accepted'
  } catch (thrown) {
    return codeOf(thrown) === '25006' ? 'refused' : 'not-tried'
  }
}

async function inTransaction(client: pg.Client, statements: string, end: 'COMMIT' | 'ROLLBACK'): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(statements)
    await client.query(end)
  } catch (thrown) {
    await client.query('ROLLBACK')
    throw thrown
  }
}

async function heartbeatOf(client: pg.Client): Promise<SideSays['heartbeat']> {
  try {
    const { rows } = await client.query<{ beat: string; at: string }>(HEARTBEAT)
    const [row] = rows
    return row === undefined ? undefined : { beat: Number(row.beat), at: Number(row.at) }
  } catch (thrown) {
    if (/^(42P01|42501|3F000|55P03)$/.test(codeOf(thrown) ?? '')) return undefined
    throw thrown
  }
}

async function complain(client: pg.Client): Promise<SideSays['complaint']> {
  const may = await client.query<{ may: boolean }>(MAY_COMPLAIN)
  if (may.rows[0]?.may !== true) return undefined
  try {
    const { rows } = await client.query<{ line: string | null }>(COMPLAINT)
    return complaintOf(rows[0]?.line ?? null)
  } catch {
    // The function is the practice's own; what it cannot say, the other facts still tell in their way.
    return undefined
  }
}

/** At once, whatever it waits for. */
export function hangUpOn(client: pg.Client): void {
  const inner: { connection?: { stream?: { destroy(): void } } } = client
  inner.connection?.stream?.destroy()
}
