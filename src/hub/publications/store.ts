import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { SignedManifest } from '../../pack/pack.ts'

/**
 * What was published: the newest manifest of each pack and what it was made of, so that the next one costs only what changed. The row is the
 * publication: files without one are leftovers, and of two hubs that publish the same number one loses.
 */
type PublishedTables = {
  published: {
    pack_id: string
    sequence: number
    published_at: number
    signed: SignedManifest
    made_of: object
    size_bytes: number
  }
}

export type Publication<MadeOf extends object> = {
  packId: string
  sequence: number
  publishedAt: Instant
  signed: SignedManifest
  madeOf: MadeOf
  sizeBytes: number
}

const on = (db: Database) => db.withTables<PublishedTables>()

export async function currentManifest(
  db: Database,
  packId: string,
): Promise<{ sequence: number; signed: SignedManifest } | undefined> {
  return on(db)
    .selectFrom('published')
    .select(['sequence', 'signed'])
    .where('pack_id', '=', packId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function lastPublication<MadeOf extends object>(
  db: Database,
  packId: string,
): Promise<Publication<MadeOf> | undefined> {
  const row = await on(db)
    .selectFrom('published')
    .selectAll()
    .where('pack_id', '=', packId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    packId,
    sequence: row.sequence,
    publishedAt: row.published_at,
    signed: row.signed,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by notePublication with the same type
    madeOf: row.made_of as MadeOf,
    sizeBytes: row.size_bytes,
  }
}

/** False when another hub published this number first; nothing then is published by this call. */
export async function notePublication<MadeOf extends object>(
  db: Database,
  made: Publication<MadeOf>,
): Promise<boolean> {
  const done = await on(db)
    .insertInto('published')
    .values({
      pack_id: made.packId,
      sequence: made.sequence,
      published_at: made.publishedAt,
      signed: sql<SignedManifest>`${JSON.stringify(made.signed)}::jsonb`,
      made_of: sql<object>`${JSON.stringify(made.madeOf)}::jsonb`,
      size_bytes: made.sizeBytes,
    })
    .onConflict((of) => of.columns(['pack_id', 'sequence']).doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

/** The newest of every pack. */
export async function currentPublications(db: Database): Promise<Publication<object>[]> {
  const rows = await on(db)
    .selectFrom('published')
    .selectAll()
    .distinctOn('pack_id')
    .orderBy('pack_id')
    .orderBy('sequence', 'desc')
    .execute()
  return rows.map((row) => ({
    packId: row.pack_id,
    sequence: row.sequence,
    publishedAt: row.published_at,
    signed: row.signed,
    madeOf: row.made_of,
    sizeBytes: row.size_bytes,
  }))
}

/** For each pack named with a sequence: when the first one after that came out. None: there is no newer one. */
export async function firstAfter(
  db: Database,
  held: readonly [packId: string, sequence: number][],
): Promise<Map<string, Instant>> {
  const { rows } = await sql<{ pack_id: string; at: number }>`
    SELECT pack_id, min(published_at) AS at FROM published
    JOIN unnest(${held.map(([packId]) => packId)}::text[], ${held.map(([, sequence]) => sequence)}::bigint[]) AS held (pack_id, held_sequence)
      USING (pack_id)
    WHERE sequence > held_sequence GROUP BY pack_id`.execute(db)
  return new Map(rows.map((row) => [row.pack_id, row.at]))
}

export type PublishedBefore = { sequence: number; publishedAt: Instant; sizeBytes: number }

export async function publishedBefore(db: Database, packId: string, most: number): Promise<PublishedBefore[]> {
  const rows = await on(db)
    .selectFrom('published')
    .select(['sequence', 'published_at', 'size_bytes'])
    .where('pack_id', '=', packId)
    .orderBy('sequence', 'desc')
    .limit(most)
    .execute()
  return rows.map((row) => ({ sequence: row.sequence, publishedAt: row.published_at, sizeBytes: row.size_bytes }))
}

/** Manifests published since: whoever asks for their files may still be on the way. */
export async function manifestsSince(db: Database, since: Instant): Promise<SignedManifest[]> {
  const rows = await on(db).selectFrom('published').select('signed').where('published_at', '>=', since).execute()
  return rows.map((row) => row.signed)
}

/** Old manifests are not kept for long; the newest of each pack always is. */
export async function forgetPublicationsBefore(db: Database, before: Instant): Promise<void> {
  await sql`DELETE FROM published old WHERE published_at < ${before}
    AND EXISTS (SELECT 1 FROM published newer WHERE newer.pack_id = old.pack_id AND newer.sequence > old.sequence)`.execute(
    db,
  )
}

export async function publishFault(db: Database): Promise<{ since: Instant; because: string } | undefined> {
  const found = await sql<{ since: number; because: string }>`SELECT since, because FROM publish_fault`.execute(db)
  return found.rows[0]
}

/** Keeps since when publishing fails; undefined: it works again. */
export async function notePublishFault(
  db: Database,
  fault: { at: Instant; because: string } | undefined,
): Promise<void> {
  await (fault === undefined
    ? sql`DELETE FROM publish_fault`.execute(db)
    : sql`INSERT INTO publish_fault (since, because) VALUES (${fault.at}, ${fault.because})
        ON CONFLICT (one) DO UPDATE SET because = excluded.because`.execute(db))
}

/** The last try to bring a pack to a carrier; `because`: why it did not get there. */
export type Mirrored = { carrier: string; packId: string; sequence: number; at: Instant; because: string | undefined }

export async function noteMirrored(db: Database, last: Mirrored): Promise<void> {
  await sql`INSERT INTO mirrored (carrier, pack_id, sequence, at, because)
    VALUES (${last.carrier}, ${last.packId}, ${last.sequence}, ${last.at}, ${last.because ?? null})
    ON CONFLICT (carrier, pack_id) DO UPDATE
      SET sequence = excluded.sequence, at = excluded.at, because = excluded.because`.execute(db)
}

export async function mirroredPacks(db: Database): Promise<Mirrored[]> {
  const found = await sql<{ carrier: string; pack_id: string; sequence: number; at: number; because: string | null }>`
    SELECT * FROM mirrored ORDER BY carrier, pack_id`.execute(db)
  return found.rows.map((row) => ({
    carrier: row.carrier,
    packId: row.pack_id,
    sequence: row.sequence,
    at: row.at,
    because: row.because ?? undefined,
  }))
}
