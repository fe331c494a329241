import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Migration } from '../../base/database.ts'
import { silentLog } from '../../base/log.ts'
import { allMigrations } from './all-migrations.ts'
import { openHubDatabase } from './hub-database.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import { isRunning } from './postmaster.ts'
import { type ScratchServer, scratchServer } from './scratch.ts'

let server: ScratchServer
const folder = await mkdtemp(join(tmpdir(), 'hf-hub-'))
await chmod(folder, 0o711)
before(async () => {
  server = await scratchServer()
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const NOTES: Migration = {
  name: 'notes-0001-notes',
  sql: `create table note (word text); insert into note values ('a; b')`,
}
const MORE: Migration = { name: 'notes-0002-more', sql: 'alter table note add column at bigint' }

test('migrations are applied once, in order, whatever number of hubs start at the same moment', async () => {
  const db = await server.database({ migrated: false })
  const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(db, [NOTES, MORE])))
  assert.deepEqual(
    applied.filter((names) => names.length > 0),
    [[NOTES.name, MORE.name]],
  )
  assert.deepEqual((await sql`select word, at from note`.execute(db)).rows, [{ word: 'a; b', at: null }])
})

test('a migration that fails leaves nothing of itself, keeps those before it, and can be tried again', async () => {
  const db = await server.database({ migrated: false })
  const broken: Migration = { name: MORE.name, sql: 'alter table note add column at bigint; select 1 / 0' }
  await assert.rejects(migrate(db, [NOTES, broken]), /division by zero/)
  assert.deepEqual(await pendingMigrations(db, [NOTES, MORE]), [MORE.name])
  assert.deepEqual(await migrate(db, [NOTES, MORE]), [MORE.name])
})

test('a program that is older than its database touches nothing', async () => {
  const db = await server.database({ migrated: false })
  await migrate(db, [NOTES, MORE])
  await assert.rejects(migrate(db, [NOTES]), /made by a newer Holdfast \(it holds notes-0002-more\)/)
})

test('every module has a line in the list, and no name is there twice', () => {
  const names = allMigrations.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const name of names) assert.match(name, /^[a-z]+-\d{4}-[a-z0-9-]+$/)
})

test('without a url the hub has a server of its own, which ends with it', async () => {
  const options = { dataDir: join(folder, 'own'), databaseUrl: undefined, log: silentLog, preferSystem: false }
  const store = await openHubDatabase(options)
  const pid = store.server?.pid ?? 0
  assert.deepEqual(await pendingMigrations(store.db), [])
  await store[Symbol.asyncDispose]()
  assert.equal(isRunning(pid), false)
})

test('with a url it uses that server and leaves it running', async () => {
  const url = await server.postgres.createDatabase('outside')
  const options = { dataDir: join(folder, 'outside'), databaseUrl: url, log: silentLog }
  const first = await openHubDatabase(options)
  assert.equal(first.server, undefined)
  assert.equal(first.applied.length, allMigrations.length)
  await first[Symbol.asyncDispose]()
  await using second = await openHubDatabase(options)
  assert.deepEqual(second.applied, [])
})

test('a server that does not answer is a transient failure that says what still works', async () => {
  const databaseUrl = 'postgres://holdfast@127.0.0.1:1/holdfast'
  await assert.rejects(openHubDatabase({ dataDir: folder, databaseUrl, log: silentLog }), (thrown: Error) => {
    assert.match(thrown.message, /Sites go on with the packs that they have/)
    assert.equal('kind' in thrown && thrown.kind, 'transient')
    return true
  })
})
