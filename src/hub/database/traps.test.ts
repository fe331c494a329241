import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { connectionOf } from '../../base/database.ts'
import { silentLog } from '../../base/log.ts'
import { serverAccount } from './account.ts'
import { startPostgres } from './postgres.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-trap-'))
await chmod(folder, 0o711)
after(() => rm(folder, { recursive: true, force: true }))

const start = (dataDir: string) =>
  startPostgres({ dataDir, log: silentLog, preferSystem: false, settings: { fsync: 'off' } })

/** A process with the server's own rights, as the kernel might give the number of a dead server to. */
function stranger(seconds: number) {
  const account = serverAccount(undefined)
  return spawn('/bin/sleep', [String(seconds)], account === undefined ? {} : { uid: account.uid, gid: account.gid })
}

async function killedServer(name: string): Promise<string> {
  const server = await start(join(folder, name))
  await server.crash()
  return server.dataDir
}

async function nameInPidFile(dataDir: string, pid: number | undefined): Promise<void> {
  const file = join(dataDir, 'postmaster.pid')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(pid)))
}

test("a folder that the server's account cannot enter does not stop root: the data goes where it can, with a link", async () => {
  const closed = join(folder, 'closed')
  await mkdir(closed, { mode: 0o700 })
  const server = await start(join(closed, 'data'))
  await server.stop()
  const place = await realpath(join(closed, 'data'))
  assert.equal(server.dataDir, place)
  if (place !== join(closed, 'data')) {
    assert.equal(process.getuid?.(), 0)
    assert.equal((await stat(place)).mode & 0o777, 0o700)
    const again = await start(join(closed, 'data'))
    await again.stop()
    assert.equal(again.dataDir, place)
    await rm(dirname(place), { recursive: true })
  }
})

test('a pid file whose number was given to somebody else for a moment only delays the start', async () => {
  const dataDir = await killedServer('moment')
  const other = stranger(1)
  await nameInPidFile(dataDir, other.pid)
  await using server = await start(dataDir)
  assert.equal(server.adopted, false)
})

test('a pid file whose number belongs to somebody else for good is left alone, and the message says whose it is', async () => {
  const dataDir = await killedServer('good')
  const other = stranger(600)
  try {
    await nameInPidFile(dataDir, other.pid)
    await assert.rejects(start(dataDir), (thrown: Error) => {
      assert.match(thrown.message, new RegExp(`names process ${other.pid} \\(/bin/sleep\\)`))
      return true
    })
    assert.match(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), new RegExp(`^${other.pid}\n`))
  } finally {
    other.kill()
    await once(other, 'exit')
  }
  await using server = await start(dataDir)
  assert.equal(server.adopted, false)
})

test('data of a PostgreSQL that is not here is left alone, and the message says which one is needed', async () => {
  const dataDir = join(folder, 'old')
  await mkdir(dataDir, { mode: 0o700 })
  await writeFile(join(dataDir, 'PG_VERSION'), '9\n')
  await assert.rejects(start(dataDir), /made by PostgreSQL 9, and no PostgreSQL 9 can run here/)
  assert.deepEqual(await readdir(dataDir), ['PG_VERSION'])
})

test('a start that was killed half-way through making the data leaves nothing that the next takes for a database', async () => {
  const dataDir = join(folder, 'torn')
  await mkdir(`${dataDir}.making-00000000`, { mode: 0o700 })
  await writeFile(join(`${dataDir}.making-00000000`, 'PG_VERSION'), '18\n')
  await using server = await start(dataDir)
  assert.equal(server.adopted, false)
})

test("what people write never reaches the server's log, not even in an error", async () => {
  await using server = await start(join(folder, 'quiet'))
  const client = new pg.Client(connectionOf(server.url))
  await client.connect()
  await client.query('create table patient (name text primary key, born date)')
  await client.query(`insert into patient values ('Wendeline Quarles', '1950-01-02')`)
  await assert.rejects(client.query(`insert into patient values ($1)`, ['Wendeline Quarles']), /duplicate key/)
  await assert.rejects(client.query(`select 'Wendeline Quarles'::date`), /invalid input/)
  await assert.rejects(client.query(`select * from patient where name = 'Wendeline Quarles' and nothing`), /nothing/)
  await client.end()
  const log = join(server.dataDir, 'log')
  const texts = await Promise.all((await readdir(log)).map((name) => readFile(join(log, name), 'utf8')))
  assert.match(texts.join(''), /ready to accept connections/)
  assert.doesNotMatch(texts.join(''), /Quarles/)
})
