import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'

/** True for the one call that makes evidence of this test. */
export async function noteJudged(db: Database, person: string, sentAt: Instant): Promise<boolean> {
  const done = await sql`INSERT INTO reach_judged (person, sent_at) VALUES (${person}, ${sentAt})
    ON CONFLICT DO NOTHING`.execute(db)
  return done.numAffectedRows === 1n
}

/** Which of the tests sent since then are evidence already, as `person sentAt`. */
export async function judgedSince(db: Database, since: Instant): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ test: string }>`SELECT person || ' ' || sent_at AS test FROM reach_judged
    WHERE sent_at >= ${since}`.execute(db)
  return new Set(rows.map(({ test }) => test))
}
