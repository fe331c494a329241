import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { PairState } from './pair-state.ts'
import type { LogPosition } from './position.ts'
import type { AtWork, LookRecord } from './record.ts'
import type { Sample, Verdict } from './standby.ts'

type StandbyTables = {
  standby_pair: { id: string; system_id: string | null; since: number; state: PairState | null }
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

/**
 * Takes the pair for this hub, or keeps it, until `leaseMs` from now; undefined when another hub has it. One hub at a time asks a pair, because what
 * a fault looks like over several looks is seen only by who made them all. Gives the cluster that the pair is known as, and since when.
 */
export async function holdPair(
  db: Database,
  pair: string,
  holder: string,
  leaseMs: number,
  at: Instant,
): Promise<{ systemId: string | undefined; since: Instant } | undefined> {
  const until = sql`clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)`
  const held = await sql<{ system_id: string | null; since: number }>`
    INSERT INTO standby_pair (id, since, held_by, held_until) VALUES (${pair}, ${at}, ${holder}, ${until})
    ON CONFLICT (id) DO UPDATE SET held_by = excluded.held_by, held_until = excluded.held_until
      WHERE standby_pair.held_by = excluded.held_by OR standby_pair.held_until IS NULL
        OR standby_pair.held_until < clock_timestamp() OR standby_pair.held_until > clock_timestamp() + interval '1 hour'
    RETURNING system_id, since`.execute(db)
  const [row] = held.rows
  return row === undefined ? undefined : { systemId: row.system_id ?? undefined, since: row.since }
}

/** A hub that ends leaves the pair to the others at once. */
export async function letGoOfPair(db: Database, pair: string, holder: string): Promise<void> {
  await sql`UPDATE standby_pair SET held_until = NULL, held_by = NULL WHERE id = ${pair} AND held_by = ${holder}`.execute(
    db,
  )
}

export async function pairState(db: Database, pair: string): Promise<PairState | undefined> {
  const row = await on(db).selectFrom('standby_pair').select('state').where('id', '=', pair).executeTakeFirst()
  return row?.state ?? undefined
}

export async function keepPairState(db: Database, pair: string, state: PairState): Promise<void> {
  await on(db)
    .updateTable('standby_pair')
    .set({ state: sql<PairState>`${JSON.stringify(state)}::jsonb` })
    .where('id', '=', pair)
    .execute()
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

/** The newest look that was over at `at`. */
export async function lookBy(db: Database, pair: string, at: Instant): Promise<LookRecord | undefined> {
  const row = await on(db)
    .selectFrom('standby_look')
    .selectAll()
    .where('pair', '=', pair)
    .where('at', '<=', at)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : recordOf(row)
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

/** What is older than `before` goes, but of each pair the newest look, and the newest in which the standby spoke, for as long as there is none newer. */
export async function forgetLooksBefore(db: Database, before: Instant): Promise<void> {
  await sql`
    DELETE FROM standby_look AS l WHERE at < ${before}
      AND EXISTS (SELECT FROM standby_look AS n WHERE n.pair = l.pair AND n.at > l.at)
      AND (l.has IS NULL OR EXISTS (SELECT FROM standby_look AS n WHERE n.pair = l.pair AND n.at > l.at AND n.has IS NOT NULL))`.execute(
    db,
  )
}

/** Names of people are kept for as long as somebody may have to be called because of them. */
export async function forgetWorkBefore(db: Database, before: Instant): Promise<void> {
  await sql`
    UPDATE standby_look AS l SET at_work = '[]' WHERE at < ${before} AND at_work <> '[]'
      AND EXISTS (SELECT FROM standby_look AS n WHERE n.pair = l.pair AND n.at > l.at AND n.at_work <> '[]')`.execute(
    db,
  )
}

/** When the oldest look was that is still kept. */
export async function oldestLookAt(db: Database, pair: string): Promise<Instant | undefined> {
  const first = await on(db)
    .selectFrom('standby_look')
    .select('at')
    .where('pair', '=', pair)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  return first?.at
}

/** What looks in one step of time found. */
export type LagStep = {
  at: Instant
  /** How old the newest proof was, at worst; undefined: there was none. */
  provenAgeMs: number | undefined
  /** How old what could be read on the standby was, at worst, by the primary's time in the heartbeat there. */
  readAgeMs: number | undefined
  /** The worst verdict in it. */
  verdict: Verdict['verdict']
}

/** How far behind the standby was from `since` on, in steps of `stepMs`, oldest first. */
export async function lagSteps(db: Database, pair: string, since: Instant, stepMs: number): Promise<LagStep[]> {
  const found = await sql<{ step: number; proven: number | null; read: number | null; worst: Verdict['verdict'] }>`
    SELECT (at / ${stepMs}::bigint) * ${stepMs}::bigint AS step, max(at - proven_at) AS proven, max(at - heartbeat_at) AS read,
      CASE WHEN bool_or(verdict = 'DIVERGED') THEN 'DIVERGED' WHEN bool_or(verdict = 'UNKNOWN') THEN 'UNKNOWN'
        WHEN bool_or(verdict = 'BEHIND') THEN 'BEHIND' ELSE 'PROVEN' END AS worst
    FROM standby_look WHERE pair = ${pair} AND at >= ${since} GROUP BY 1 ORDER BY 1`.execute(db)
  return found.rows.map(({ step, proven, read, worst }) => ({
    at: step,
    provenAgeMs: proven === null ? undefined : Math.max(0, proven),
    readAgeMs: read === null ? undefined : Math.max(0, read),
    verdict: worst,
  }))
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
