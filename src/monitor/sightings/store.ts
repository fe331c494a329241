import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { DependencyMap, Sighting } from '../map.ts'

type SightingTables = {
  dependency_map: { one: boolean; map: DependencyMap; changed_at: number }
  sighting: Sighting
}

const tables = (db: Database) => db.withTables<SightingTables>()

/** The practice's dependency map; undefined before there is one. */
export async function dependencyMap(db: Database): Promise<DependencyMap | undefined> {
  return (await tables(db).selectFrom('dependency_map').select('map').executeTakeFirst())?.map
}

/** Puts another map in the place of the one before; what was seen of things that it does not name is forgotten. */
export async function keepMap(db: Database, map: DependencyMap, at: Instant): Promise<void> {
  const text = JSON.stringify(map)
  await sql`INSERT INTO dependency_map (map, changed_at) VALUES (${text}::jsonb, ${at})
    ON CONFLICT (one) DO UPDATE SET map = excluded.map, changed_at = excluded.changed_at`.execute(db)
  const ids = map.things.map(({ id }) => id)
  await sql`DELETE FROM sighting WHERE thing <> ALL (${ids}::text[]) OR observer <> ALL (${ids}::text[])`.execute(db)
}

/**
 * Keeps what was found: the last word of each observer on each thing, and since when it has said so. An answer that is older than the one that is
 * kept changes nothing; an `unknown` takes back nothing that is known.
 */
export async function noteSightings(db: Database, found: readonly Omit<Sighting, 'since'>[]): Promise<void> {
  // In one order, so that two who note at once do not wait for each other in a ring.
  const rows = found.toSorted((a, b) => (`${a.thing}\n${a.observer}` < `${b.thing}\n${b.observer}` ? -1 : 1))
  for (const { thing, observer, answer, at } of rows)
    await sql`INSERT INTO sighting (thing, observer, answer, since, at)
      VALUES (${thing}, ${observer}, ${answer}, ${at}, ${at})
      ON CONFLICT (thing, observer) DO UPDATE SET answer = excluded.answer, at = excluded.at,
        since = CASE WHEN sighting.answer = excluded.answer THEN sighting.since ELSE excluded.since END
      WHERE sighting.at < excluded.at AND excluded.answer <> 'unknown'`.execute(db)
}

export async function sightings(db: Database): Promise<Sighting[]> {
  return tables(db).selectFrom('sighting').selectAll().orderBy('thing').orderBy('observer').execute()
}
