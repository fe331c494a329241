import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { LogPosition } from './position.ts'
import type { AtWork, LookRecord } from './record.ts'
import type { Sample, Verdict } from './standby.ts'

type StandbyTables = {
  standby_pair: { id: string; system_id: string | null; since: number }
  standby_look: {
    pair: string
    at: number
    verdict: Verdict['verdict']
    because: string
    primary_at: number | null
    primary_position: LogPosition | null
    has: LogPosition | null
    replayed: LogPosition | null
    replayed_at: number | null
    proven_at: number | null
    proven_to: LogPosition | null
    heartbeat_at: number | null
    at_work: AtWork[]
  }
}

const on = (db: Database) => db.withTables<StandbyTables>()
const json = <Value>(value: Value | undefined) =>
  value === undefined ? null : sql<Value>`${JSON.stringify(value)}::jsonb`

/** Which cluster the pair is: the first that was seen stays, until `forgetPair`. */
export async function pinPair(
  db: Database,
  pair: string,
  systemId: string | undefined,
  at: Instant,
): Promise<string | undefined> {
  const pinned = await sql<{ system_id: string | null }>`
    INSERT INTO standby_pair (id, system_id, since) VALUES (${pair}, ${systemId ?? null}, ${at})
    ON CONFLICT (id) DO UPDATE SET system_id = coalesce(standby_pair.system_id, excluded.system_id)
    RETURNING system_id`.execute(db)
  return pinned.rows[0]?.system_id ?? undefined
}

/** A person says that the pair was made anew. */
export async function forgetPair(db: Database, pair: string): Promise<void> {
  await on(db).deleteFrom('standby_pair').where('id', '=', pair).execute()
}

/** Two hubs that looked in the same millisecond keep one look. */
export async function keepLook(db: Database, pair: string, look: LookRecord): Promise<void> {
  await on(db)
    .insertInto('standby_look')
    .values({
      pair,
      at: Math.round(look.at),
      verdict: look.verdict,
      because: look.because,
      primary_at: rounded(look.primaryAt),
      primary_position: json(look.primaryPosition),
      has: json(look.has),
      replayed: json(look.replayed),
      replayed_at: rounded(look.replayedAt),
      proven_at: rounded(look.provenAt),
      proven_to: json(look.provenTo),
      heartbeat_at: rounded(look.heartbeatAt),
      at_work: sql<AtWork[]>`${JSON.stringify(look.atWork)}::jsonb`,
    })
    .onConflict((of) => of.doNothing())
    .execute()
}

function rounded(at: Instant | undefined): number | null {
  return at === undefined ? null : Math.floor(at)
}

/** Newest first. */
export async function looksKept(db: Database, pair: string, most: number): Promise<LookRecord[]> {
  const rows = await on(db)
    .selectFrom('standby_look')
    .selectAll()
    .where('pair', '=', pair)
    .orderBy('at', 'desc')
    .limit(most)
    .execute()
  return rows.map(recordOf)
}

/** The newest look in which the standby itself said what it has. */
export async function lastHeardOfStandby(db: Database, pair: string): Promise<LookRecord | undefined> {
  const row = await on(db)
    .selectFrom('standby_look')
    .selectAll()
    .where('pair', '=', pair)
    .where('has', 'is not', null)
    .orderBy('at', 'desc')
    .executeTakeFirst()
  return row === undefined ? undefined : recordOf(row)
}

/** What the primary had and when, oldest first; what a restarted hub goes on from, and what a loss is bounded by. */
export async function samplesKept(db: Database, pair: string, since: Instant): Promise<Sample[]> {
  const pinned = await on(db).selectFrom('standby_pair').select('system_id').where('id', '=', pair).executeTakeFirst()
  const rows = await on(db)
    .selectFrom('standby_look')
    .select(['primary_at', 'primary_position'])
    .where('pair', '=', pair)
    .where('at', '>=', since)
    .where('primary_position', 'is not', null)
    .orderBy('at')
    .execute()
  return rows.flatMap(({ primary_at: at, primary_position: position }) =>
    at === null || position === null ? [] : [{ at, position, systemId: pinned?.system_id ?? undefined }],
  )
}

/** Of what is older than `before` one look of each minute stays, the first; gives how many went. */
export async function thinLooks(db: Database, before: Instant): Promise<number> {
  const gone = await sql`
    DELETE FROM standby_look AS l WHERE at < ${before} AND EXISTS (
      SELECT FROM standby_look AS f WHERE f.pair = l.pair AND f.at < l.at AND f.at >= l.at - l.at % 60000)`.execute(db)
  return Number(gone.numAffectedRows ?? 0)
}

function recordOf(row: StandbyTables['standby_look']): LookRecord {
  return {
    at: row.at,
    verdict: row.verdict,
    because: row.because,
    primaryAt: row.primary_at ?? undefined,
    primaryPosition: row.primary_position ?? undefined,
    has: row.has ?? undefined,
    replayed: row.replayed ?? undefined,
    replayedAt: row.replayed_at ?? undefined,
    provenAt: row.proven_at ?? undefined,
    provenTo: row.proven_to ?? undefined,
    heartbeatAt: row.heartbeat_at ?? undefined,
    atWork: row.at_work,
  }
}
