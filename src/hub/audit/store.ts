import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'

/** Why the audit trail is not what a hub remembers of it, and since when; undefined where every hub finds it whole. */
export async function trailFault(db: Database): Promise<{ since: Instant; because: string } | undefined> {
  const found = await sql<{ since: number; because: string }>`
    SELECT since, because FROM trail_fault ORDER BY since LIMIT 1`.execute(db)
  return found.rows[0]
}

/** What this hub found, in place of what it found before. */
export async function noteTrailFault(
  db: Database,
  hub: string,
  fault: { at: Instant; because: string } | undefined,
): Promise<void> {
  await (fault === undefined
    ? sql`DELETE FROM trail_fault WHERE hub = ${hub}`.execute(db)
    : sql`INSERT INTO trail_fault (hub, since, because) VALUES (${hub}, ${fault.at}, ${fault.because})
        ON CONFLICT (hub) DO UPDATE SET because = excluded.because`.execute(db))
}
