import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'

/** A MariaDB of the machine's own on a socket in a temporary folder, under an account without rights; gone afterwards. */
export type MariaDb = AsyncDisposable & {
  socket: string
  /** Runs statements as its owner, in `database` when one is named. */
  run(sql: string, database?: string): Promise<void>
}

export async function startMariaDb(options: string[] = []): Promise<MariaDb> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-maria-'))
  const root = process.getuid?.() === 0
  const account = root ? ['--user=mysql'] : []
  if (root) execFileSync('chown', ['mysql:mysql', folder])
  await chmod(folder, 0o711)
  const dataDir = join(folder, 'data')
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${dataDir}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...account],
    { stdio: 'pipe' },
  )
  const socket = join(folder, 'db.sock')
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      `--datadir=${dataDir}`,
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'db.pid')}`,
      '--skip-networking',
      '--innodb-buffer-pool-size=64M',
      ...options,
      ...account,
    ],
    { stdio: 'ignore' },
  )
  await accepting(socket, server)
  return {
    socket,
    run: async (sql, database) => {
      const connection = await mysql.createConnection({
        socketPath: socket,
        user: 'root',
        multipleStatements: true,
        ...(database === undefined ? {} : { database }),
      })
      try {
        await connection.query(sql)
      } finally {
        await connection.end()
      }
    },
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Resolves when the server takes a connection; rejects when it ends instead. */
async function accepting(socket: string, server: ChildProcess): Promise<void> {
  const giveUp = performance.now() + 60_000
  for (;;) {
    if (server.exitCode !== null) throw new Error(`mariadbd ended with ${server.exitCode} at once`)
    if (performance.now() > giveUp) throw new Error('mariadbd did not come up within a minute')
    if (existsSync(socket) && (await answers(socket))) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const trial = connect(socket)
    trial.once('data', () => {
      trial.destroy()
      resolve(true)
    })
    trial.once('error', () => resolve(false))
  })
}
