import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../base/database.ts'
import { silentLog } from '../../base/log.ts'
import { migrate } from './migrate.ts'
import { type Postgres, startPostgres } from './postgres.ts'

/** A server for tests and benches: the one that came with Holdfast, in a temporary folder, gone afterwards. */
export type ScratchServer = AsyncDisposable & {
  postgres: Postgres
  /** A new, empty database with all migrations applied (unless told not to); destroyed with the server. */
  database(options?: { migrated?: boolean }): Promise<Database & { url: string }>
}

/**
 * `durable: false` (the default) trades safety against a power cut for speed; measure with `durable: true`.
 * Starting takes about two seconds: share one server among the tests of a file.
 */
export async function scratchServer({ durable = false } = {}): Promise<ScratchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-scratch-'))
  await chmod(folder, 0o711)
  const settings = durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const postgres = await startPostgres({
    dataDir: join(folder, 'data'),
    log: silentLog,
    preferSystem: false,
    name: 'scratch',
    settings,
  })
  const open: Database[] = []
  // Migrated once; a copy of it is there in a fraction of the time.
  let template: Promise<string> | undefined
  return {
    postgres,
    async database({ migrated = true } = {}) {
      const from = migrated ? await (template ??= migratedTemplate(postgres)) : undefined
      const url = await postgres.createDatabase(`scratch_${randomBytes(6).toString('hex')}`, from)
      const db = openDatabase(url)
      open.push(db)
      return Object.assign(db, { url })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((db) => db.destroy()))
      await postgres.stop('immediate')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function migratedTemplate(postgres: Postgres): Promise<string> {
  const name = 'scratch_migrated'
  const db = openDatabase(await postgres.createDatabase(name))
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
  return name
}
