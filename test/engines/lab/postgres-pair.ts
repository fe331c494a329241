import { execFile, execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '../../../src/base/time.ts'
import { sideShape } from '../../../src/connect/replication/config.ts'
import { postgresSide } from '../../../src/connect/replication/postgres/connector.ts'
import { until } from '../../scenarios/stage/until.ts'
import { type Hosts, openHosts } from './hosts.ts'
import { type LabPostgres, PORT, postgresOn } from './postgres-server.ts'
import { type PairWatch, type WatchOptions, watchPair } from './watch.ts'

const run = promisify(execFile)
const SETUP = join(import.meta.dirname, '../../../src/connect/replication/postgres/setup.sql')

/** A primary on host A and its standby with a slot on host B, as a practice would have them; C is left for others. Gone afterwards. */
export type PostgresPair = AsyncDisposable & {
  hosts: Hosts
  primary: LabPostgres
  standby: LabPostgres
  /** Looks at both as the hub does. Ends with the pair. */
  watch: (options?: WatchOptions) => PairWatch
  /** Another watch whose configuration leads elsewhere. */
  watchOf: (primary: LabPostgres, standby: LabPostgres, user?: string) => PairWatch
  /** Another server, on host C, made from nothing. */
  stranger: () => Promise<LabPostgres>
  /** The standby copied anew from `from`. */
  clone: (from: LabPostgres, to: LabPostgres) => Promise<void>
}

export type PairOptions = {
  settings?: Record<string, string>
  /** The standby's WAL lies on a disk of its own of so many megabytes. */
  standbyWalMb?: number
}

export async function postgresPair({ settings = {}, standbyWalMb }: PairOptions = {}): Promise<PostgresPair> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-pair-'))
  await chmod(folder, 0o711)
  const ids = { uid: idOf('-u'), gid: idOf('-g') }
  const hosts = await openHosts(['A', 'B', 'C'])
  const servers: LabPostgres[] = []
  const watches: PairWatch[] = []
  const mounts: string[] = []
  const close = async () => {
    for (const watch of watches) await watch[Symbol.asyncDispose]()
    for (const server of servers) await server.kill9()
    await hosts[Symbol.asyncDispose]()
    for (const mount of mounts) await run('umount', [mount])
    await rm(folder, { recursive: true, force: true })
  }
  const server = async (host: string) => {
    const made = await postgresOn(host, join(folder, host), hosts.on(host), ids)
    servers.push(made)
    return made
  }
  const watchOf = (primary: LabPostgres, standby: LabPostgres, user = 'holdfast', more: WatchOptions = {}) => {
    const side = (of: LabPostgres, role: 'primary' | 'standby') =>
      postgresSide(
        sideShape.parse({ socket: of.socket, port: PORT, user, database: 'postgres', deadlineMs: 2500 }),
        role,
        systemClock,
      )
    const watch = watchPair({ primary: side(primary, 'primary'), standby: side(standby, 'standby') }, more)
    watches.push(watch)
    return watch
  }
  try {
    const primary = await server('A')
    await initialize(primary, settings)
    await primary.start()
    await primary.query(await readFile(SETUP, 'utf8'))
    const standby = await server('B')
    let wal: string | undefined
    if (standbyWalMb !== undefined) {
      wal = join(folder, 'B', 'wal')
      await mkdir(wal)
      await run('mount', [
        '-t',
        'tmpfs',
        '-o',
        `size=${standbyWalMb}m,uid=${ids.uid},gid=${ids.gid},mode=700`,
        'tmpfs',
        wal,
      ])
      mounts.push(wal)
      wal = join(wal, 'pg_wal')
      await mkdir(wal, { mode: 0o700 })
      await chown(wal, ids.uid, ids.gid)
    }
    const clone = async (from: LabPostgres, to: LabPostgres, slot = `of_${to.host.toLowerCase()}`) => {
      await rm(to.dataDir, { recursive: true, force: true })
      const conninfo = `host=${hosts.address(from.host)} port=${PORT} user=postgres application_name=${to.host} connect_timeout=2`
      const where = wal === undefined || to !== standby ? [] : [`--waldir=${wal}`]
      await from.query(
        `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slot}'`,
      )
      await to.asPostgres('pg_basebackup', [
        '-d',
        conninfo,
        '-D',
        to.dataDir,
        '-X',
        'stream',
        '-c',
        'fast',
        '-R',
        '-C',
        '-S',
        slot,
        ...where,
      ])
      await to.settings({ unix_socket_directories: to.socket, cluster_name: to.host, archive_command: archiveInto(to) })
      await to.start()
      await until(
        'the standby streams',
        async () => (await from.query(`SELECT FROM pg_stat_replication WHERE state = 'streaming'`)).length > 0,
        {
          withinMs: 60_000,
        },
      )
    }
    await clone(primary, standby)
    return {
      hosts,
      primary,
      standby,
      clone,
      watch: (options) => watchOf(primary, standby, 'holdfast', options),
      watchOf,
      stranger: async () => {
        const other = await server('C')
        await initialize(other, settings)
        await other.start()
        await other.query(await readFile(SETUP, 'utf8'))
        return other
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function initialize(server: LabPostgres, settings: Record<string, string>): Promise<void> {
  await server.asPostgres('initdb', [
    '-D',
    server.dataDir,
    '-A',
    'trust',
    '-U',
    'postgres',
    '--wal-segsize=1',
    '--locale=C',
    '-E',
    'UTF8',
  ])
  await run('sh', ['-c', `echo 'host all,replication all 10.99.0.0/24 trust' >> "$0/pg_hba.conf"`, server.dataDir])
  await server.settings({
    listen_addresses: '*',
    unix_socket_directories: server.socket,
    port: String(PORT),
    cluster_name: server.host,
    shared_buffers: '16MB',
    wal_log_hints: 'on',
    track_commit_timestamp: 'on',
    wal_keep_size: '16MB',
    max_wal_size: '512MB',
    logging_collector: 'on',
    log_line_prefix: '%m [%p] ',
    archive_mode: 'on',
    archive_command: archiveInto(server),
    wal_retrieve_retry_interval: '500ms',
    ...settings,
  })
}

function archiveInto(server: LabPostgres): string {
  return `cp %p ${server.archive}/%f`
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
}
