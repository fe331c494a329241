import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { MaintenanceWindow } from '../maintenance.ts'

type MaintenanceTables = {
  maintenance: { id: string; what: MaintenanceWindow; made_at: number; made_by: string; ended_at: number | null }
}

const tables = (db: Database) => db.withTables<MaintenanceTables>()

export type KeptWindow = MaintenanceWindow & { id: string; madeBy: string }

export async function addWindow(
  db: Database,
  id: string,
  window: MaintenanceWindow,
  by: { at: Instant; who: string },
): Promise<void> {
  await tables(db)
    .insertInto('maintenance')
    .values({
      id,
      what: sql<MaintenanceWindow>`${JSON.stringify(window)}::jsonb`,
      made_at: by.at,
      made_by: by.who,
      ended_at: null,
    })
    .execute()
}

/** Ends a window before its time; false when somebody was first. */
export async function endWindow(db: Database, id: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('maintenance')
    .set({ ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Those that nobody ended. */
export async function windows(db: Database): Promise<KeptWindow[]> {
  const rows = await tables(db)
    .selectFrom('maintenance')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('made_at')
    .execute()
  return rows.map(({ id, what, made_by: madeBy }) => ({ ...what, id, madeBy }))
}
