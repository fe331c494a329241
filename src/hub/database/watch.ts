import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../../base/log.ts'
import type { Postmaster } from './postmaster.ts'

/**
 * One session that a hub keeps open on its server. It ends when the server does, which is how the hub hears of it; and it holds a shared
 * lock, which is how two hubs on one machine know of each other: only the last one stops the server.
 */
export type Watch = {
  standby: boolean
  /** Resolves when the session ended without our doing. */
  lost: Promise<void>
  /** Ends the session; true when no other hub watches this server. */
  leave(): Promise<boolean>
}

/** A number of our own among advisory locks (the letters `hold`). */
const LOCK = 0x686f6c64
const ASK_MS = 40

/** pg can let a program end although a session is open; its types do not say so. */
class Session extends pg.Client {
  declare ref: () => void
  declare unref: () => void
}

/** Asks until the server lets us in or `exited`; undefined when it ended first. Recovery after a crash may take long: it is waited for. */
export async function watchServer(
  server: Postmaster,
  user: string,
  exited: AbortSignal,
  log: Log,
): Promise<Watch | undefined> {
  for (let asked = 0; !exited.aborted; asked++) {
    const watch = await openWatch(server, user)
    if (watch !== undefined) return watch
    if (asked > 0 && asked % 250 === 0) log.info({ pid: server.pid }, 'the database is still coming up')
    await pause(ASK_MS)
  }
  return undefined
}

/** As `watchServer` for a server that is not our child: asks `times`, then gives up. */
export async function askWatch(server: Postmaster, user: string, times: number): Promise<Watch | undefined> {
  for (let asked = 0; asked < times; asked++) {
    const watch = await openWatch(server, user)
    if (watch !== undefined) return watch
    await pause(ASK_MS)
  }
  return undefined
}

async function openWatch(server: Postmaster, user: string): Promise<Watch | undefined> {
  const client = new Session({
    host: server.socketDir,
    port: server.port,
    user,
    database: 'postgres',
    application_name: 'holdfast-supervisor',
    connectionTimeoutMillis: 5000,
  })
  const lost = new Promise<void>((resolve) => {
    client.once('end', resolve)
    client.once('error', () => resolve())
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [LOCK])
    const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
    // The session must not keep a program alive whose work is done.
    client.unref()
    return { standby: rows[0]?.standby ?? false, lost, leave: () => leave(client) }
  } catch {
    await client.end().catch(() => {})
    return undefined
  }
}

async function leave(client: Session): Promise<boolean> {
  client.ref()
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [LOCK])
    const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [LOCK])
    return rows[0]?.last ?? true
  } catch {
    // The session is gone: so is the server, or soon.
    return true
  } finally {
    await client.end().catch(() => {})
  }
}
