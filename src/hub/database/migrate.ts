import { sql } from 'kysely'
import type { Database, Migration } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { allMigrations } from './all-migrations.ts'

/** A number of our own among advisory locks (the letters `mig8`). */
const LOCK = 0x6d696738

type MigrationTable = { migration: { name: string; position: number; applied_at: Date } }

/**
 * Brings the database up to what this program needs; answers the names of what was applied. Each migration is one transaction with its own
 * line in the table `migration`. Two hubs that start at once are fine: one works, the other waits and finds nothing to do. Permanent
 * Failure when the database is ahead of this program (an older program must not write into it).
 */
export async function migrate(db: Database, migrations: readonly Migration[] = allMigrations): Promise<string[]> {
  return db.connection().execute(async (one) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(one)
    try {
      await sql`create table if not exists migration (
        name text primary key, position int not null, applied_at timestamptz not null default now())`.execute(one)
      const known = one.withTables<MigrationTable>()
      const applied = new Set((await known.selectFrom('migration').select('name').execute()).map((row) => row.name))
      refuseUnknown(applied, migrations)
      const due = migrations.filter((migration) => !applied.has(migration.name))
      for (const migration of due) {
        await known.transaction().execute(async (transaction) => {
          await sql.raw(migration.sql).execute(transaction)
          await transaction
            .insertInto('migration')
            .values({ name: migration.name, position: migrations.indexOf(migration), applied_at: sql<Date>`now()` })
            .execute()
        })
      }
      return due.map((migration) => migration.name)
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(one)
    }
  })
}

function refuseUnknown(applied: Set<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name))
  const unknown = [...applied].filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new Failure(
      'permanent',
      `The database was made by a newer Holdfast (it holds ${unknown.join(', ')}). Nothing was changed. Start that version again, or restore a backup from before it.`,
    )
}

/** Names of the migrations that this program needs and that the database does not have; all of them for a new database. */
export async function pendingMigrations(
  db: Database,
  migrations: readonly Migration[] = allMigrations,
): Promise<string[]> {
  const { rows } = await sql<{ known: string | null }>`select to_regclass('migration')::text as known`.execute(db)
  if (rows[0]?.known == null) return migrations.map(({ name }) => name)
  const applied = await db.withTables<MigrationTable>().selectFrom('migration').select('name').execute()
  const names = new Set(applied.map(({ name }) => name))
  refuseUnknown(names, migrations)
  return migrations.map(({ name }) => name).filter((name) => !names.has(name))
}
