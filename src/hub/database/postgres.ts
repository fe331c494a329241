import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { connectionOf } from '../../base/database.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { type Binaries, chooseBinaries } from './binaries.ts'
import { type DataPlace, dataPlace, makeCluster } from './cluster.ts'
import { ended, livePostmaster, type Postmaster, signal, strangerIn } from './postmaster.ts'
import { spawnServer } from './server-process.ts'
import { type Settings, settingsOf } from './settings.ts'
import { socketFolder } from './socket.ts'
import { askWatch, type Watch, watchServer } from './watch.ts'

export type PostgresOptions = {
  /** Where the data is, or shall be. Made when it is not there. */
  dataDir: string
  log: Log
  /** The server's name in logs and in `cluster_name`. */
  name?: string
  /** More lines of postgresql.conf; they win over ours. */
  settings?: Settings
  /** Listen on 127.0.0.1 too, by password (SCRAM) only; 0 takes any free port. Without it there is a Unix socket and nothing else. */
  tcpPort?: number
  /** Take the machine's own PostgreSQL when it has one (default). False: the one that came with Holdfast. */
  preferSystem?: boolean
  /** Made when missing. */
  database?: string
}

type StopMode = 'fast' | 'immediate'

/** A running server. `url` leads to its database as its superuser, for `openDatabase` and `connectionOf` (base/database.ts). */
export type Postgres = AsyncDisposable & {
  readonly url: string
  readonly dataDir: string
  readonly socketDir: string
  readonly port: number
  /** The server process; changes when the server had to be started again. */
  readonly pid: number
  readonly superuser: string
  readonly binaries: Binaries
  /** True when the server was running already, left behind by a hub that was killed. */
  readonly adopted: boolean
  urlOf(database: string): string
  /** Makes the database when it is missing, as a copy of `template` when one is named (nobody may be connected to it); answers its url. */
  createDatabase(name: string, template?: string): Promise<string>
  /** Resolves when the server has ended. It is left running when another hub on this machine still uses it. */
  stop(mode?: StopMode): Promise<void>
  /** Kills the server without warning, as a power cut would, and does not start it again. For tests and rehearsals. */
  crash(): Promise<void>
}

export const SUPERUSER = 'holdfast'

/** Zombies are reaped late, and the children of a killed server take a moment to notice: PostgreSQL refuses to start meanwhile. */
const RETRIES = 20
const RETRY_MS = 250
const UNANSWERING = 'a server is running on this data but does not answer yet (it may be recovering)'
/** The moment between the making of a lock file and its first word. When it lasts, a start was broken off by a crash, and PostgreSQL asks a person. */
const EMPTY_LOCK = /lock file "[^"]*" is empty/i
const NOT_YET =
  /lock file "[^"]*" (?:already exists|is empty)|pre-existing shared memory block|is still in use|another (postgres|postmaster)|Address already in use/i

/**
 * Starts the server of a data directory, or adopts the one that a killed hub left running on it, and keeps it running until `stop`. Throws
 * `Failure`: permanent when somebody must change something, transient when the server did not come up in time.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, log, database = 'holdfast', preferSystem = true } = options
  const place = await dataPlace(dataDir, log)
  const binaries = await chooseBinaries(place.account, { preferSystem, dataMajor: place.major })
  if (place.major === undefined) await makeCluster(place, binaries, SUPERUSER)
  return superviseServer({ ...options, database }, place, binaries)
}

/** As `startPostgres`, on a data directory that stands already. */
export async function superviseServer(
  options: PostgresOptions,
  place: DataPlace,
  binaries: Binaries,
): Promise<Postgres> {
  const { log, name = 'holdfast', database } = options
  const first = await bringUp(options, place, binaries)
  let { running, watch } = first
  const closing = new AbortController()

  const urlOf = (wanted: string) =>
    `socket:${running.socketDir}?user=${SUPERUSER}&database=${encodeURIComponent(wanted)}&port=${running.port}`

  const revive = async () => {
    while (!closing.signal.aborted) {
      try {
        ;({ running, watch } = await bringUp(options, place, binaries))
        void watch.lost.then(lost)
        log.info({ server: name, pid: running.pid }, 'the database is running again')
        return
      } catch (thrown) {
        log.error({ server: name, because: reasonOf(thrown) }, 'the database does not come up; trying again')
        await pause(2000, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
  }
  let reviving = Promise.resolve()
  const lost = () => {
    if (closing.signal.aborted) return
    log.error({ server: name, pid: running.pid }, 'the database went away; starting it again')
    reviving = revive()
  }
  void watch.lost.then(lost)

  const createDatabase = async (wanted: string, template?: string) => {
    await ensureDatabase(urlOf('postgres'), wanted, template)
    return urlOf(wanted)
  }

  const close = async (end: (pid: number) => Promise<void>) => {
    if (closing.signal.aborted) return
    closing.abort()
    await reviving
    await end(running.pid)
  }
  const stop = (mode: StopMode = 'fast') =>
    close(async (pid) => {
      const last = await watch.leave()
      if (!last) {
        log.info({ server: name, pid }, 'another hub still uses the database; it keeps running')
        return
      }
      signal(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
      if (!(await ended(pid, 30_000))) {
        log.warn({ server: name, pid }, 'the database does not stop; ending it at once (it recovers at the next start)')
        signal(pid, 'SIGQUIT')
        if (!(await ended(pid, 10_000))) signal(pid, 'SIGKILL')
      }
      await rm(running.socketDir, { recursive: true, force: true })
    })
  const crash = () =>
    close(async (pid) => {
      signal(pid, 'SIGKILL')
      await ended(pid, 10_000)
      await watch.leave()
      await rm(running.socketDir, { recursive: true, force: true })
    })

  try {
    if (database !== undefined && !watch.standby) await createDatabase(database)
  } catch (thrown) {
    await stop()
    throw thrown
  }
  return {
    get url() {
      return urlOf(database ?? 'postgres')
    },
    dataDir: place.path,
    get socketDir() {
      return running.socketDir
    },
    get port() {
      return running.port
    },
    get pid() {
      return running.pid
    },
    superuser: SUPERUSER,
    binaries,
    adopted: first.adopted,
    urlOf,
    createDatabase,
    stop,
    crash,
    [Symbol.asyncDispose]: () => stop(),
  }
}

type Up = { running: Postmaster; watch: Watch; adopted: boolean }

async function bringUp(options: PostgresOptions, place: DataPlace, binaries: Binaries): Promise<Up> {
  const { log, name = 'holdfast', tcpPort } = options
  let because = ''
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    if (attempt > 0) await pause(RETRY_MS)
    const live = await livePostmaster(place.path)
    if (live !== undefined && live.socketDir !== '') {
      const watch = await askWatch(live, SUPERUSER, 120)
      if (watch !== undefined) {
        log.info({ server: name, pid: live.pid }, 'the database was running already; adopted it')
        return { running: live, watch, adopted: true }
      }
      because = UNANSWERING
      continue
    }
    const socketDir = await socketFolder(place.path, place.account)
    const port = tcpPort === undefined ? 5432 : tcpPort === 0 ? await freePort() : tcpPort
    const tcp = tcpPort !== undefined
    const settings = settingsOf({ socketDir, port, tcp, name, more: options.settings ?? {} })
    const server = spawnServer(place, binaries, settings)
    const watch = await watchServer({ pid: server.pid, port, socketDir }, SUPERUSER, server.exited, log)
    if (watch !== undefined) {
      // The socket's folder belongs to the data, so another hub that starts in this moment may be the one whose server answered; ours then ends by itself.
      const answering = await livePostmaster(place.path)
      if (answering !== undefined && answering.pid !== server.pid) return { running: answering, watch, adopted: true }
      return { running: { pid: server.pid, port, socketDir }, watch, adopted: false }
    }
    because = await server.lastWords()
    if (!NOT_YET.test(because)) break
  }
  const stranger = await strangerIn(place.path)
  const more = EMPTY_LOCK.test(because)
    ? ' Its file postmaster.pid is empty: a crash broke off a start. When no postgres runs on this data, remove that file and start again.'
    : stranger === undefined
      ? ''
      : ` Its file postmaster.pid was left by a server that was killed and names process ${stranger}, which has the same number by chance: end that process, or restart the machine. Do not delete the file while any postgres runs.`
  throw new Failure(
    because === UNANSWERING || NOT_YET.test(because) ? 'transient' : 'permanent',
    `The database in ${place.path} does not start: ${because}. Nothing in it was changed.${more} See ${join(place.path, 'log')} for what it says.`,
  )
}

async function ensureDatabase(url: string, name: string, template = 'template1'): Promise<void> {
  const client = new pg.Client(connectionOf(url))
  await client.connect()
  try {
    const known = await client.query('select 1 from pg_database where datname = $1', [name])
    if (known.rowCount === 0)
      await client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`)
  } catch (thrown) {
    // 42P04, 23505: another process made it in the same moment.
    if (!(thrown instanceof pg.DatabaseError) || (thrown.code !== '42P04' && thrown.code !== '23505')) throw thrown
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
