import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import { newNumbers, type SheetNumbers } from '../../paper/numbers.ts'

type SheetTables = {
  sheet: {
    site_id: string
    label: string
    day: string
    content_hash: string
    as_of: number
    made_at: number
    place: number
    pages: number
    pdf: Buffer
  }
  sheet_number: { site_id: string; day: string; kind: string; of: string; number: number }
}

/** A finished sheet without its pages. `place` is where it leaves the printer on its day, from 0. */
export type KeptSheet = {
  siteId: string
  label: string
  day: string
  contentHash: string
  asOf: Instant
  madeAt: Instant
  place: number
  pages: number
}

/** A site's finished sheets in the order of their days and places. */
export async function keptSheets(db: Database, siteId: string): Promise<KeptSheet[]> {
  const rows = await db
    .withTables<SheetTables>()
    .selectFrom('sheet')
    .select(['site_id', 'label', 'day', 'content_hash', 'as_of', 'made_at', 'place', 'pages'])
    .where('site_id', '=', siteId)
    .orderBy('day')
    .orderBy('place')
    .execute()
  return rows.map((row) => ({
    siteId: row.site_id,
    label: row.label,
    day: row.day,
    contentHash: row.content_hash,
    asOf: row.as_of,
    madeAt: row.made_at,
    place: row.place,
    pages: row.pages,
  }))
}

export async function keepSheet(db: Database, sheet: KeptSheet, pdf: Uint8Array): Promise<void> {
  const row = {
    day: sheet.day,
    content_hash: sheet.contentHash,
    as_of: sheet.asOf,
    made_at: sheet.madeAt,
    place: sheet.place,
    pages: sheet.pages,
    pdf: Buffer.from(pdf),
  }
  await db
    .withTables<SheetTables>()
    .insertInto('sheet')
    .values({ site_id: sheet.siteId, label: sheet.label, ...row })
    .onConflict((conflict) => conflict.columns(['site_id', 'label']).doUpdateSet(row))
    .execute()
}

/** The finished PDF; undefined when the sheet was replaced or forgotten meanwhile. */
export async function pdfOf(db: Database, siteId: string, label: string): Promise<Uint8Array | undefined> {
  const row = await db
    .withTables<SheetTables>()
    .selectFrom('sheet')
    .select('pdf')
    .where('site_id', '=', siteId)
    .where('label', '=', label)
    .executeTakeFirst()
  return row?.pdf
}

/** Forgets every sheet of the site that is not among `labels`; gives how many those were. */
export async function forgetSheetsExcept(db: Database, siteId: string, labels: readonly string[]): Promise<number> {
  const query = db.withTables<SheetTables>().deleteFrom('sheet').where('site_id', '=', siteId)
  const done = await (labels.length === 0 ? query : query.where('label', 'not in', [...labels])).executeTakeFirst()
  return Number(done.numDeletedRows)
}

/** What was numbered, as `SheetNumbers` names it, and how. */
export type NumberedKind = keyof SheetNumbers

/**
 * The numbers of these visits' or providers' sheets; those that have none yet are given theirs in the order of `ids`, and keep them. To be asked by
 * one hub at a time.
 */
export async function numbersFor(
  db: Database,
  where: { siteId: string; day: string; kind: NumberedKind },
  ids: readonly string[],
): Promise<Map<string, number>> {
  const { siteId, day, kind } = where
  const rows = await db
    .withTables<SheetTables>()
    .selectFrom('sheet_number')
    .select(['of', 'number'])
    .where('site_id', '=', siteId)
    .where('day', '=', day)
    .where('kind', '=', kind)
    .execute()
  const given = new Map(rows.map(({ of, number }) => [of, number]))
  const added = newNumbers(given, ids)
  if (added.size > 0)
    await db
      .withTables<SheetTables>()
      .insertInto('sheet_number')
      .values(Array.from(added, ([of, number]) => ({ site_id: siteId, day, kind, of, number })))
      .execute()
  return new Map([...given, ...added])
}

export async function forgetNumbersBefore(db: Database, day: string): Promise<void> {
  await db.withTables<SheetTables>().deleteFrom('sheet_number').where('day', '<', day).execute()
}
