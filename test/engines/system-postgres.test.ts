import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openDatabase } from '../../src/base/database.ts'
import { silentLog } from '../../src/base/log.ts'
import { allMigrations } from '../../src/hub/database/all-migrations.ts'
import { migrate } from '../../src/hub/database/migrate.ts'
import { type PostgresOptions, startPostgres } from '../../src/hub/database/postgres.ts'
import { makeStandby } from '../../src/hub/database/standby.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-system-'))
await chmod(folder, 0o711)
after(() => rm(folder, { recursive: true }))

const start = (name: string, preferSystem: boolean, more: Partial<PostgresOptions> = {}) =>
  startPostgres({ dataDir: join(folder, name), log: silentLog, preferSystem, settings: { fsync: 'off' }, ...more })

test('the PostgreSQL of the distribution is taken for new data, holds every table of ours, and keeps its data', async () => {
  const server = await start('own', true)
  assert.equal(server.binaries.origin, 'system', 'Debian has postgresql-15: run dev/install-engines')
  const db = openDatabase(server.url)
  assert.equal((await migrate(db)).length, allMigrations.length)
  await db.destroy()
  await server.stop()
  await using again = await start('own', false)
  assert.deepEqual(again.binaries.version.major, server.binaries.version.major)
})

test('data that the embedded PostgreSQL made stays with it, although the machine has one of its own', async () => {
  const server = await start('embedded', false)
  assert.equal(server.binaries.origin, 'embedded')
  await server.stop()
  await using again = await start('embedded', true)
  assert.equal(again.binaries.origin, 'embedded')
})

test("a standby of the distribution's PostgreSQL streams", async () => {
  await using primary = await start('primary', true)
  await using standby = await makeStandby({ dataDir: join(folder, 'standby'), log: silentLog, slot: 'two', primary })
  assert.equal(standby.binaries.origin, 'system')
})
