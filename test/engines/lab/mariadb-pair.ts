import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { systemClock } from '../../../src/base/time.ts'
import { sideShape } from '../../../src/connect/replication/config.ts'
import { mariadbSide } from '../../../src/connect/replication/mariadb/connector.ts'
import { until } from '../../scenarios/stage/until.ts'
import { type Hosts, openHosts } from './hosts.ts'
import { type PairWatch, type WatchOptions, watchPair } from './watch.ts'

export type LabMariaDb = {
  host: string
  socket: string
  run(sql: string): Promise<void>
  ask(sql: string): Promise<mysql.RowDataPacket[]>
  kill9(): Promise<void>
}

/** A primary on host A and a GTID replica on host B, as the README of the connector has them set up. Gone afterwards. */
export type MariaDbPair = AsyncDisposable & {
  hosts: Hosts
  primary: LabMariaDb
  standby: LabMariaDb
  watch: (options?: WatchOptions) => PairWatch
}

const SETUP = `
CREATE DATABASE holdfast;
CREATE TABLE holdfast.heartbeat (one tinyint PRIMARY KEY CHECK (one = 1), beat bigint NOT NULL, at timestamp(3) NOT NULL) ENGINE = InnoDB;
CREATE USER 'holdfast'@'localhost';
GRANT SELECT, INSERT, UPDATE ON holdfast.heartbeat TO 'holdfast'@'localhost';
GRANT REPLICA MONITOR, BINLOG MONITOR ON *.* TO 'holdfast'@'localhost';
CREATE USER 'replica'@'10.99.0.%' IDENTIFIED BY 'of the lab alone';
GRANT REPLICATION REPLICA ON *.* TO 'replica'@'10.99.0.%'`

export async function mariadbPair(options: string[] = []): Promise<MariaDbPair> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-maria-pair-'))
  await chmod(folder, 0o711)
  const hosts = await openHosts(['A', 'B'])
  const servers: LabMariaDb[] = []
  const watches: PairWatch[] = []
  const close = async () => {
    for (const watch of watches) await watch[Symbol.asyncDispose]()
    for (const server of servers) await server.kill9()
    await hosts[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const primary = await serverOn('A', 1, folder, hosts, options)
    servers.push(primary)
    const standby = await serverOn('B', 2, folder, hosts, ['--read-only=1', ...options])
    servers.push(standby)
    await primary.run(SETUP)
    await standby.run(`CHANGE MASTER TO MASTER_HOST = '${hosts.address('A')}', MASTER_USER = 'replica',
      MASTER_PASSWORD = 'of the lab alone', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1; START REPLICA`)
    const side = (of: LabMariaDb, role: 'primary' | 'standby') =>
      mariadbSide(sideShape.parse({ socket: of.socket }), role, systemClock)
    return {
      hosts,
      primary,
      standby,
      watch: (more) => {
        const watch = watchPair({ primary: side(primary, 'primary'), standby: side(standby, 'standby') }, more)
        watches.push(watch)
        return watch
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function serverOn(
  host: string,
  id: number,
  folder: string,
  hosts: Hosts,
  options: string[],
): Promise<LabMariaDb> {
  const [own, dataDir] = [join(folder, host), join(folder, host, 'data')]
  await mkdir(own)
  await chown(own, idOf('-u'), idOf('-g'))
  const install = [
    '--no-defaults',
    `--datadir=${dataDir}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  execFileSync('mariadb-install-db', [...install, '--user=mysql'], { stdio: 'pipe' })
  const socket = join(own, 'db.sock')
  const [program = '', ...before] = hosts.on(host)
  const server = spawn(
    program,
    [
      ...before,
      'mariadbd',
      '--no-defaults',
      '--user=mysql',
      `--datadir=${dataDir}`,
      `--socket=${socket}`,
      `--pid-file=${join(own, 'db.pid')}`,
      '--bind-address=0.0.0.0',
      `--server-id=${id}`,
      '--log-bin=binlog',
      '--log-slave-updates=1',
      '--innodb-buffer-pool-size=32M',
      ...options,
    ],
    { stdio: 'ignore' },
  )
  const made = {
    host,
    socket,
    run: async (sql: string) => void (await runOn(socket, sql)),
    ask: (sql: string) => runOn(socket, sql),
    kill9: () => end(server),
  }
  await until(`mariadbd on ${host} answers`, () => made.run('SELECT 1').then(() => true), { withinMs: 90_000 })
  return made
}

async function runOn(socketPath: string, sql: string): Promise<mysql.RowDataPacket[]> {
  const connection = await mysql.createConnection({ socketPath, user: 'root', multipleStatements: true })
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(sql)
    return rows
  } finally {
    await connection.end()
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exit = once(server, 'exit')
  server.kill('SIGKILL')
  await exit
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'mysql'], { encoding: 'utf8' }))
}
