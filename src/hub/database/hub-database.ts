import { join } from 'node:path'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../base/database.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { migrate } from './migrate.ts'
import { type Postgres, type PostgresOptions, startPostgres } from './postgres.ts'

export type HubDatabase = AsyncDisposable & {
  db: Database
  url: string
  /** The server that we started or adopted; undefined when the database is a server of the practice's own. */
  server: Postgres | undefined
  /** Names of the migrations that this opening applied. */
  applied: string[]
}

export type HubDatabaseOptions = {
  /** The hub's data folder; our own server keeps its data in `postgres` below it. */
  dataDir: string
  /** A PostgreSQL of version 15 or later; without it, one of our own is started. */
  databaseUrl: string | undefined
  log: Log
  /** False only looks: a tool beside a running hub changes nothing. */
  migrated?: boolean
  /** Most connections of the pool. */
  connections?: number
} & Pick<PostgresOptions, 'preferSystem' | 'settings'>

const OLDEST_SERVER = 150_000

/** Opens the hub's store, ready for work. Disposing closes it, and stops our own server unless another hub still uses it. */
export async function openHubDatabase(options: HubDatabaseOptions): Promise<HubDatabase> {
  const { dataDir, databaseUrl, log, migrated = true, connections, preferSystem, settings } = options
  const server =
    databaseUrl === undefined
      ? await startPostgres({
          dataDir: join(dataDir, 'postgres'),
          log,
          database: 'holdfast',
          ...(preferSystem === undefined ? {} : { preferSystem }),
          ...(settings === undefined ? {} : { settings }),
        })
      : undefined
  const url = databaseUrl ?? server?.url ?? ''
  const db = openDatabase(url, connections)
  const close = async () => {
    await db.destroy()
    await server?.stop()
  }
  try {
    await refuseOldServer(db)
    const applied = migrated ? await migrate(db) : []
    return { db, url, server, applied, [Symbol.asyncDispose]: close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function refuseOldServer(db: Database): Promise<void> {
  const version = await serverVersion(db).catch((thrown: unknown) => {
    throw new Failure(
      'transient',
      `The hub's database does not answer (${reasonOf(thrown)}). Sites go on with the packs that they have. Check HOLDFAST_DATABASE_URL and the server.`,
      { cause: thrown },
    )
  })
  if (version < OLDEST_SERVER)
    throw new Failure(
      'permanent',
      `The hub's database is PostgreSQL ${Math.floor(version / 10_000)}; Holdfast needs 15 or later. Nothing was changed.`,
    )
}

/** As PostgreSQL numbers itself: 150020 is 15.20. */
export async function serverVersion(db: Database): Promise<number> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db)
  return Number(rows[0]?.version ?? 0)
}
