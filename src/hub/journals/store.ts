import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'

/** Journals of sites as they were handed over, sealed; each line once, by site, file and line. */
type JournalTables = {
  journal_file: {
    site_id: string
    file: string
    header: string
    sealed_key: Buffer
    through: number
    last_hash: string | null
    fault: string | null
  }
  journal_line: { site_id: string; file: string; line: number; received_at: number; sealed: string }
}

export type JournalFile = {
  header: string
  sealedKey: Buffer
  through: number
  lastHash: string | undefined
  fault: string | undefined
}

/** Makes the file's row when it is new, then holds it until the transaction ends: one hand-over at a time. */
export async function holdJournalFile(
  db: Database,
  siteId: string,
  file: string,
  begin: { header: string; sealedKey: Buffer },
): Promise<JournalFile> {
  await db
    .withTables<JournalTables>()
    .insertInto('journal_file')
    .values({ site_id: siteId, file, header: begin.header, sealed_key: begin.sealedKey, through: 0 })
    .onConflict((of) => of.columns(['site_id', 'file']).doNothing())
    .execute()
  const row = await db
    .withTables<JournalTables>()
    .selectFrom('journal_file')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('file', '=', file)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return fileOf(row)
}

export async function journalFile(db: Database, siteId: string, file: string): Promise<JournalFile | undefined> {
  const row = await db
    .withTables<JournalTables>()
    .selectFrom('journal_file')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('file', '=', file)
    .executeTakeFirst()
  return row === undefined ? undefined : fileOf(row)
}

export async function keepJournalLines(
  db: Database,
  siteId: string,
  file: string,
  lines: { seq: number; hash: string; text: string }[],
  at: Instant,
): Promise<void> {
  const last = lines.at(-1)
  if (last === undefined) return
  await sql`INSERT INTO journal_line (site_id, file, line, received_at, sealed)
    SELECT ${siteId}, ${file}, line, ${at}, sealed
    FROM unnest(${lines.map((line) => line.seq)}::bigint[], ${lines.map((line) => line.text)}::text[]) AS one(line, sealed)`.execute(
    db,
  )
  await db
    .withTables<JournalTables>()
    .updateTable('journal_file')
    .set({ through: last.seq, last_hash: last.hash })
    .where('site_id', '=', siteId)
    .where('file', '=', file)
    .execute()
}

export async function noteJournalFault(db: Database, siteId: string, file: string, fault: string): Promise<void> {
  await db
    .withTables<JournalTables>()
    .updateTable('journal_file')
    .set({ fault })
    .where('site_id', '=', siteId)
    .where('file', '=', file)
    .execute()
}

function fileOf(row: JournalTables['journal_file']): JournalFile {
  return {
    header: row.header,
    sealedKey: row.sealed_key,
    through: row.through,
    lastHash: row.last_hash ?? undefined,
    fault: row.fault ?? undefined,
  }
}
