import { sql } from 'kysely'
import type { Database } from '../base/database.ts'
import { canonicalJson, sha256Hex } from '../base/hash.ts'
import { newId } from '../base/id.ts'
import type { Clock, Instant } from '../base/time.ts'
import type { PlanFiles } from './readiness.ts'

type PlanTables = {
  plan_text: { digest: string; text: string }
  plan_version: { version: number; tree: string; kept_at: number; kept_by: string; because: string }
  plan_version_file: { version: number; path: string; digest: string }
  plan_review: {
    id: string
    system: string
    version: number
    review: ReviewSaid
    opened_at: number
    closed_at: number | null
    closed_by: string | null
    outcome: string | null
  }
}

const tables = (db: Database) => db.withTables<PlanTables>()

/** A version of the plan's folder, kept for good. `tree` is the same for the same files. */
export type PlanVersion = { version: number; tree: string; keptAt: Instant; keptBy: string; because: string }

/**
 * Keeps a folder as the version after `after` (0: the first), in the caller's transaction; equal texts are kept once. `same` when nothing differs from
 * `after`; `behind` when somebody else has kept another version since.
 */
export async function keepPlanVersion(
  db: Database,
  files: PlanFiles,
  after: number,
  by: { at: Instant; who: string; because: string },
): Promise<{ kept: PlanVersion } | 'same' | 'behind'> {
  // Two who keep a version at once wait for each other, so the second sees the first's.
  await sql`select pg_advisory_xact_lock(hashtextextended('plan version', 0))`.execute(db)
  const last = await newestPlanVersion(db)
  if ((last?.version ?? 0) !== after) return 'behind'
  const listed = [...files]
    .map(([path, text]) => ({ path, digest: sha256Hex(text), text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const tree = sha256Hex(canonicalJson(listed.map(({ path, digest }) => [path, digest])))
  if (last?.tree === tree) return 'same'
  const kept: PlanVersion = { version: after + 1, tree, keptAt: by.at, keptBy: by.who, because: by.because }
  await tables(db)
    .insertInto('plan_version')
    .values({ version: kept.version, tree, kept_at: by.at, kept_by: by.who, because: by.because })
    .execute()
  for (const { path, digest, text } of listed) {
    await tables(db)
      .insertInto('plan_text')
      .values({ digest, text })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await tables(db).insertInto('plan_version_file').values({ version: kept.version, path, digest }).execute()
  }
  return { kept }
}

export async function newestPlanVersion(db: Database): Promise<PlanVersion | undefined> {
  return (await listPlanVersions(db, 1))[0]
}

/** Newest first. */
export async function listPlanVersions(db: Database, most = 100): Promise<PlanVersion[]> {
  const rows = await tables(db).selectFrom('plan_version').selectAll().orderBy('version', 'desc').limit(most).execute()
  return rows.map(({ version, tree, kept_at, kept_by, because }) => ({
    version,
    tree,
    keptAt: kept_at,
    keptBy: kept_by,
    because,
  }))
}

/** The files of a version; empty when there is none of that number. */
export async function planFilesOf(db: Database, version: number): Promise<PlanFiles> {
  const rows = await tables(db)
    .selectFrom('plan_version_file')
    .innerJoin('plan_text', 'plan_text.digest', 'plan_version_file.digest')
    .select(['path', 'text'])
    .where('version', '=', version)
    .orderBy('path')
    .execute()
  return new Map(rows.map(({ path, text }) => [path, text]))
}

/** What a review says, as `versions/reviews-due.ts` made it. */
type ReviewSaid = { name: string; change: 'new' | 'changed' | 'gone'; because: string[]; lookAt: string[] }

export type KeptReview = ReviewSaid & {
  id: string
  system: string
  /** The last version that brought it up. */
  version: number
  openedAt: Instant
  closed: { at: Instant; by: string; outcome: string } | undefined
}

/** Opens a review of a system; one that is open already takes the new reasons in. */
export async function openPlanReview(
  db: Database,
  { system, ...said }: ReviewSaid & { system: string },
  version: number,
  clock: Clock,
): Promise<void> {
  const open = await tables(db)
    .selectFrom('plan_review')
    .select(['id', 'review'])
    .where('system', '=', system)
    .where('closed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  const because = [...new Set([...(open?.review.because ?? []), ...said.because])]
  const review = sql<ReviewSaid>`${JSON.stringify({ ...said, because })}::jsonb`
  if (open === undefined)
    await tables(db)
      .insertInto('plan_review')
      .values({
        id: newId('review', clock),
        system,
        version,
        review,
        opened_at: clock.now(),
        closed_at: null,
        closed_by: null,
        outcome: null,
      })
      .execute()
  else await tables(db).updateTable('plan_review').set({ review, version }).where('id', '=', open.id).execute()
}

/** A person looked and says what came of it; undefined when it was not open any more. */
export async function closePlanReview(
  db: Database,
  id: string,
  by: { at: Instant; who: string; outcome: string },
): Promise<KeptReview | undefined> {
  const row = await tables(db)
    .updateTable('plan_review')
    .set({ closed_at: by.at, closed_by: by.who, outcome: by.outcome })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? undefined : asReview(row)
}

/** Open ones first, each group oldest first. */
export async function listPlanReviews(db: Database, most = 200): Promise<KeptReview[]> {
  const rows = await tables(db)
    .selectFrom('plan_review')
    .selectAll()
    .orderBy(sql`closed_at IS NOT NULL`)
    .orderBy('opened_at')
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map(asReview)
}

/** How many systems wait for somebody to look whether the plan still holds. */
export async function openPlanReviews(db: Database): Promise<number> {
  const { count } = await tables(db)
    .selectFrom('plan_review')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

function asReview(row: PlanTables['plan_review']): KeptReview {
  return {
    ...row.review,
    id: row.id,
    system: row.system,
    version: row.version,
    openedAt: row.opened_at,
    closed:
      row.closed_at === null ? undefined : { at: row.closed_at, by: row.closed_by ?? '', outcome: row.outcome ?? '' },
  }
}
