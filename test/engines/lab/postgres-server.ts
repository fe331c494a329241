import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { until } from '../../scenarios/stage/until.ts'

const run = promisify(execFile)
export const BIN = '/usr/lib/postgresql/15/bin'
export const PORT = 5432
/** A backend of the killed server may take a moment to notice that it is alone, and holds its memory until then. */
const NOT_YET = /still in use|already exists/
/** It becomes the program; runuser would stay in between, and signals would go to it. */
const POSTGRES = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--']

/** A PostgreSQL on one host of a lab. Its Unix socket reaches it from outside also when its cable is out. */
export type LabPostgres = {
  host: string
  dataDir: string
  socket: string
  /** The folder into which it archives. */
  archive: string
  start(options?: { faketime?: string }): Promise<void>
  /** Waits until it is gone. `immediate` is a crash without the kill. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
  /** Every process of it at once, as when the power goes. */
  kill9(): Promise<void>
  /** Stops one of its processes (`walreceiver`, `startup`) or all of them where they stand. */
  freeze(what: string): Promise<void>
  thaw(): Promise<void>
  settings(lines: Record<string, string>): Promise<void>
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
  client(user?: string): Promise<pg.Client>
  asPostgres(program: string, args: string[]): Promise<string>
}

export async function postgresOn(host: string, folder: string, on: string[], ids: { uid: number; gid: number }) {
  const [dataDir, socket, archive] = [join(folder, 'data'), join(folder, 'run'), join(folder, 'archive')]
  for (const path of [folder, socket, archive]) {
    await mkdir(path, { recursive: true })
    await chown(path, ids.uid, ids.gid)
    await chmod(path, 0o755)
  }
  return new Server(host, dataDir, socket, archive, on)
}

class Server implements LabPostgres {
  readonly host: string
  readonly dataDir: string
  readonly socket: string
  readonly archive: string
  readonly #on: string[]
  readonly #frozen = new Set<number>()
  #postmaster: ChildProcess | undefined

  constructor(host: string, dataDir: string, socket: string, archive: string, on: string[]) {
    this.host = host
    this.dataDir = dataDir
    this.socket = socket
    this.archive = archive
    this.#on = on
  }

  async start({ faketime }: { faketime?: string } = {}): Promise<void> {
    const fake =
      faketime === undefined
        ? []
        : [
            'LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
            `FAKETIME=${faketime}`,
            'FAKETIME_DONT_FAKE_MONOTONIC=1',
          ]
    const said = join(this.socket, 'server.log')
    const up = async () => {
      const { exitCode } = server
      if (exitCode === null) return (await this.query('SELECT 1')).length === 1
      const last = (await text(said)).slice(-600)
      if (!NOT_YET.test(last)) throw new Error(`postgres on ${this.host} ended with ${exitCode}: ${last}`)
      server = this.#spawned(fake, said)
      return false
    }
    let server = this.#spawned(fake, said)
    await until(`postgres on ${this.host} answers`, up, { withinMs: 120_000, everyMs: 50 })
  }

  /** The log begins anew: what it ends with is this start's. */
  #spawned(fake: string[], said: string): ChildProcess {
    const [program = '', ...before] = this.#on
    const log = openSync(said, 'w')
    const server = spawn(
      program,
      [...before, ...POSTGRES, 'env', 'LC_ALL=C', ...fake, join(BIN, 'postgres'), '-D', this.dataDir],
      { stdio: ['ignore', log, log] },
    )
    closeSync(log)
    this.#postmaster = server
    return server
  }

  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await this.thaw()
    await this.#gone((postmaster) => postmaster.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'))
  }

  async kill9(): Promise<void> {
    const pids = await this.#pids()
    await this.#gone(() => {
      for (const { pid } of pids) kill(pid, 'SIGKILL')
    })
    await until('its processes are gone', () => pids.every(({ pid }) => !existsSync(`/proc/${pid}/fd/0`)), {
      withinMs: 30_000,
      everyMs: 20,
    })
    // After a power cut no process of that number lives. Here the kernel may have given it to another, and PostgreSQL would not start beside that one.
    await rm(join(this.dataDir, 'postmaster.pid'), { force: true })
    await rm(join(this.socket, '.s.PGSQL.5432.lock'), { force: true })
    this.#frozen.clear()
  }

  async #gone(end: (postmaster: ChildProcess) => void): Promise<void> {
    const server = this.#postmaster
    this.#postmaster = undefined
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit', { signal: AbortSignal.timeout(60_000) })
    end(server)
    await exit
  }

  async freeze(what: string): Promise<void> {
    const wanted = (await this.#pids()).filter(({ title }) => what === 'all' || title.includes(what))
    if (wanted.length === 0) throw new Error(`no process of postgres on ${this.host} is called ${what}`)
    for (const { pid } of wanted) {
      kill(pid, 'SIGSTOP')
      this.#frozen.add(pid)
    }
  }

  async thaw(): Promise<void> {
    for (const pid of this.#frozen) kill(pid, 'SIGCONT')
    this.#frozen.clear()
  }

  async settings(lines: Record<string, string>): Promise<void> {
    const text = Object.entries(lines).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    await appendFile(join(this.dataDir, 'postgresql.auto.conf'), text.join(''))
    if (this.#postmaster !== undefined) this.#postmaster.kill('SIGHUP')
  }

  async client(user = 'postgres'): Promise<pg.Client> {
    const client = new pg.Client({ host: this.socket, port: PORT, user, database: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.client()
    try {
      return (await client.query<Row>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  async asPostgres(program: string, args: string[]): Promise<string> {
    const [first = '', ...before] = this.#on
    const { stdout } = await run(first, [...before, ...POSTGRES, join(BIN, program), ...args], {
      maxBuffer: 64 << 20,
      cwd: '/',
    })
    return stdout
  }

  /** The postmaster and its children. */
  async #pids(): Promise<{ pid: number; title: string }[]> {
    const head = this.#postmaster?.pid
    if (head === undefined) return []
    const found: { pid: number; title: string }[] = [{ pid: head, title: 'postmaster' }]
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue
      const [stat, title] = await Promise.all([text(`/proc/${name}/stat`), text(`/proc/${name}/cmdline`)])
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === head) found.push({ pid: Number(name), title })
    }
    return found
  }
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself meanwhile.
  }
}
