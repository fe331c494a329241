import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'

/**
 * What one hub does at a time, whichever of them: `act` runs when no other hub is at `name`, else undefined at once. The turn is a
 * session lock of the database, so a hub that is killed gives it up with its connection.
 */
export async function takeTurn<Result>(
  db: Database,
  name: string,
  act: () => Promise<Result>,
): Promise<Result | undefined> {
  return db.connection().execute(async (held) => {
    const key = sql`hashtextextended(${`holdfast turn ${name}`}, 0)`
    const won = await sql<{ won: boolean }>`SELECT pg_try_advisory_lock(${key}) AS won`.execute(held)
    if (won.rows[0]?.won !== true) return undefined
    try {
      return await act()
    } finally {
      await sql`SELECT pg_advisory_unlock(${key})`.execute(held)
    }
  })
}
