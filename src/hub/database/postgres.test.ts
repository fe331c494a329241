import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { connectionOf } from '../../base/database.ts'
import { silentLog } from '../../base/log.ts'
import { type Postgres, type PostgresOptions, startPostgres } from './postgres.ts'
import { ended, isRunning, livePostmaster } from './postmaster.ts'
import { makeStandby } from './standby.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-test-'))
after(() => rm(folder, { recursive: true, force: true }))
// Run by root, the server's account has to get through.
await chmod(folder, 0o711)
const dataDir = join(folder, 'data')

const start = (more: Partial<PostgresOptions> = {}) =>
  startPostgres({ dataDir, log: silentLog, preferSystem: false, settings: { fsync: 'off' }, ...more })

async function ask<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(connectionOf(url))
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what().catch(() => false))) await pause(50)
}

const note = (server: Postgres, word: string) => ask(server.url, 'insert into note values ($1)', [word])

test('a new server keeps what it was told across a stop, listens on no port, and lets nobody else at its socket', async () => {
  const server = await start()
  assert.equal(server.adopted, false)
  await ask(server.url, 'create table note (word text)')
  await note(server, 'kept')
  const [shown] = await ask<{ listen: string; tls: string; sums: string }>(
    server.url,
    `select current_setting('listen_addresses') as listen, current_setting('ssl') as tls, current_setting('data_checksums') as sums`,
  )
  assert.deepEqual(shown, { listen: '', tls: 'off', sums: 'on' })
  assert.equal((await lstat(server.socketDir)).mode & 0o777, 0o700)
  assert.ok(server.socketDir.length < 86)
  await server.stop()
  assert.equal(isRunning(server.pid), false)
  await using again = await start()
  assert.deepEqual(await ask(again.url, 'select word from note'), [{ word: 'kept' }])
})

test('a server whose hub was killed is adopted by the next start, with its sessions alive', async () => {
  const program = join(folder, 'hub.mts')
  await writeFile(
    program,
    `import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))}
     import { silentLog } from ${JSON.stringify(join(import.meta.dirname, '../../base/log.ts'))}
     const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: silentLog, preferSystem: false })
     process.stdout.write(String(server.pid) + '\\n')
     setInterval(() => {}, 1000)`,
  )
  const hub = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(String((await hub.stdout.take(1).toArray())[0]))
  hub.kill('SIGKILL')
  await ended(hub.pid ?? 0, 5000)
  assert.equal(isRunning(pid), true)
  const server = await start()
  assert.equal(server.adopted, true)
  assert.equal(server.pid, pid)
  assert.deepEqual(await ask(server.url, 'select word from note'), [{ word: 'kept' }])
  await server.stop()
  assert.equal(isRunning(pid), false)
})

test('of two hubs that start at once on one folder both get the same server, and the last one to leave stops it', async () => {
  // Again and again: which of the two is first, and how far the other has come by then, is the machine's choice.
  for (let round = 0; round < 6; round++) {
    const [one, two] = await Promise.all([start(), start()])
    assert.equal(one.pid, two.pid)
    assert.notEqual(one.adopted, two.adopted)
    assert.equal(isRunning(one.pid), true)
    await one.stop()
    assert.deepEqual(await ask(two.url, 'select word from note'), [{ word: 'kept' }])
    await two.stop()
    assert.equal(isRunning(two.pid), false)
  }
})

test('a lock file that a crash left empty is told with what to do, and not removed', async () => {
  const server = await start()
  await server.stop()
  const file = join(server.dataDir, 'postmaster.pid')
  await writeFile(file, '')
  await assert.rejects(start(), /postmaster\.pid is empty: a crash broke off a start/)
  assert.equal(await readFile(file, 'utf8'), '')
  await rm(file)
})

test('two hubs that start at once on an empty folder make one database', async () => {
  const fresh = join(folder, 'both')
  const [one, two] = await Promise.all([start({ dataDir: fresh }), start({ dataDir: fresh })])
  assert.equal(one.pid, two.pid)
  await Promise.all([one.stop(), two.stop()])
  assert.equal(isRunning(one.pid), false)
})

test('a server that is killed under a living hub is started again and has lost nothing', async () => {
  await using server = await start()
  await note(server, 'before the kill')
  const killed = server.pid
  process.kill(killed, 'SIGKILL')
  await until(async () => server.pid !== killed && (await ask(server.url, 'select 1')).length === 1)
  assert.equal((await ask(server.url, 'select word from note')).length, 2)
})

test('after a crash the next start recovers without anybody touching postmaster.pid', async () => {
  const server = await start()
  await note(server, 'before the crash')
  await server.crash()
  assert.match(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), new RegExp(`^${server.pid}\n`))
  await using again = await start()
  assert.equal(again.adopted, false)
  assert.equal((await ask(again.url, 'select word from note')).length, 3)
})

test('a pid file that names a living process which is no database is not believed', async () => {
  const place = join(folder, 'stale')
  const server = await start({ dataDir: place })
  await server.crash()
  const file = join(place, 'postmaster.pid')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(process.pid)))
  assert.equal(await livePostmaster(server.dataDir), undefined)
})

test('a link to a folder that is not there is not taken for an empty place', async () => {
  await symlink(join(folder, 'not-mounted'), join(folder, 'link'))
  await assert.rejects(start({ dataDir: join(folder, 'link') }), /Is a disk not mounted\?/)
})

test('a folder with other files in it is refused and left alone', async () => {
  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'other', 'letter.txt'), 'dear')
  await assert.rejects(start({ dataDir: join(folder, 'other') }), /no PostgreSQL data/)
  assert.equal(await readFile(join(folder, 'other', 'letter.txt'), 'utf8'), 'dear')
})

test('over TCP, when asked for, a password is needed', async () => {
  await using server = await start({ tcpPort: 0, dataDir: join(folder, 'tcp') })
  await ask(server.url, `create role reader login password 'river-otter-lamp'`)
  const over = (password: string) => `postgres://reader:${password}@127.0.0.1:${server.port}/holdfast`
  await assert.rejects(ask(over('wrong'), 'select 1'), /password authentication failed/)
  assert.equal((await ask(over('river-otter-lamp'), 'select 1')).length, 1)
  const socket = connect(server.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.destroy()
})

test('a standby streams from its primary, goes on after both were stopped, and can be promoted', async () => {
  const primary = await start({ dataDir: join(folder, 'primary') })
  await ask(primary.url, 'create table note (word text)')
  await note(primary, 'before the copy')
  const options = { dataDir: join(folder, 'standby'), log: silentLog, preferSystem: false, slot: 'standby' }
  const standby = await makeStandby({ ...options, primary })
  const has = (server: Postgres, words: number) =>
    until(
      async () =>
        (await ask(server.url.replace('database=postgres', 'database=holdfast'), 'select from note')).length === words,
    )
  await has(standby, 1)
  await note(primary, 'streamed')
  await has(standby, 2)
  await standby.stop()
  await note(primary, 'while the standby was away')
  const back = await makeStandby({ ...options, primary })
  await has(back, 3)
  await primary.crash()
  assert.deepEqual(await ask(back.url, 'select pg_promote()'), [{ pg_promote: true }])
  await ask(back.urlOf('holdfast'), `insert into note values ('after the promotion')`)
  await back.stop()
})
