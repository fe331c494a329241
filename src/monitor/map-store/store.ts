import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { DependencyMap } from '../map.ts'

type MapTables = { dependency_map: { one: boolean; map: DependencyMap; changed_at: number } }

/** The practice's dependency map; undefined before there is one. */
export async function dependencyMap(db: Database): Promise<DependencyMap | undefined> {
  return (await db.withTables<MapTables>().selectFrom('dependency_map').select('map').executeTakeFirst())?.map
}

/** Puts another map in the place of the one before. */
export async function keepMap(db: Database, map: DependencyMap, at: Instant): Promise<void> {
  const text = JSON.stringify(map)
  await sql`INSERT INTO dependency_map (map, changed_at) VALUES (${text}::jsonb, ${at})
    ON CONFLICT (one) DO UPDATE SET map = excluded.map, changed_at = excluded.changed_at`.execute(db)
}
