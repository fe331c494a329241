import { sql, type Transaction } from 'kysely'
import { type Link, linkAfter } from '../../base/chain.ts'
import type { Database } from '../../base/database.ts'
import { canonicalJson } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import type { AuditLine } from '../access.ts'
import type { ChainHead } from './trail.ts'

type AuditTable = {
  audit_line: { chain: string; seq: number; previous: string; line: string; hash: string; at: number }
}

/** The chain that the hub writes itself; a site's journal, handed over, can have one of its own. */
export const HUB_CHAIN = 'hub'

/**
 * Appends a line, in the caller's transaction or in one of its own. Writers of one chain wait for each other until the transaction ends, so
 * append last. The table refuses to change or lose a line.
 */
export function appendAudit(db: Database, line: AuditLine, chain = HUB_CHAIN): Promise<ChainHead> {
  return appendAuditLines(db, [line], chain)
}

/** As `appendAudit` for many lines, in order and at once; answers the new end of the chain. There must be one line at least. */
export async function appendAuditLines(
  db: Database,
  lines: readonly AuditLine[],
  chain = HUB_CHAIN,
): Promise<ChainHead> {
  const known = db.withTables<AuditTable>()
  if (known.isTransaction) return append(known, lines, chain)
  return known.transaction().execute((transaction) => append(transaction, lines, chain))
}

type Known = Transaction<AuditTable> | ReturnType<typeof knownTables>
const knownTables = (db: Database) => db.withTables<AuditTable>()

async function append(db: Known, lines: readonly AuditLine[], chain: string): Promise<ChainHead> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`audit ${chain}`}, 0))`.execute(db)
  let last: { seq: number; hash: string } | undefined = await db
    .selectFrom('audit_line')
    .select(['seq', 'hash'])
    .where('chain', '=', chain)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const rows: AuditTable['audit_line'][] = []
  for (const line of lines) {
    const link: Link = linkAfter(last, canonicalJson(storable(line)))
    rows.push({ chain, at: line.at, ...link })
    last = link
  }
  if (rows.length > 0) await db.insertInto('audit_line').values(rows).execute()
  return { chain, seq: last?.seq ?? 0, hash: last?.hash ?? '' }
}

/**
 * Without what PostgreSQL's jsonb does not take (NUL, half a surrogate pair): one such line would keep the whole trail from being searched. Nobody can
 * type it; a program that asks for an odd address can.
 */
function storable(line: AuditLine): AuditLine {
  const fit = (held: string): string => held.replaceAll('\0', '').toWellFormed()
  const said: AuditLine = JSON.parse(JSON.stringify(line), (_key, held: unknown) =>
    typeof held === 'string' ? fit(held) : held,
  )
  return said
}

export type AuditQuery = {
  chain?: string
  /** Lines of this person (id), of this kind, at this place, about this id. */
  personId?: string
  what?: string
  place?: string
  about?: { key: string; value: string }
  outcome?: AuditLine['outcome']
  from?: Instant
  until?: Instant
  /** Lines before this one, for the next page. */
  before?: { at: Instant; chain: string; seq: number }
  most?: number
}

export type AuditEntry = { chain: string; seq: number; hash: string; line: AuditLine }

/** Newest first. */
export async function listAudit(db: Database, query: AuditQuery = {}): Promise<AuditEntry[]> {
  const { chain, personId, what, place, about, outcome, from, until, before, most = 100 } = query
  const said = (path: string[]) => sql<string | null>`line::jsonb #>> ${path}::text[]`
  let wanted = knownTables(db).selectFrom('audit_line').select(['chain', 'seq', 'hash', 'line'])
  if (chain !== undefined) wanted = wanted.where('chain', '=', chain)
  if (from !== undefined) wanted = wanted.where('at', '>=', from)
  if (until !== undefined) wanted = wanted.where('at', '<', until)
  if (before !== undefined)
    wanted = wanted.where(sql<boolean>`(at, chain, seq) < (${before.at}, ${before.chain}, ${before.seq})`)
  if (personId !== undefined) wanted = wanted.where(said(['who', 'personId']), '=', personId)
  if (what !== undefined) wanted = wanted.where(said(['what']), '=', what)
  if (place !== undefined) wanted = wanted.where(said(['place']), '=', place)
  if (outcome !== undefined) wanted = wanted.where(said(['outcome']), '=', outcome)
  if (about !== undefined) wanted = wanted.where(said(['about', about.key]), '=', about.value)
  const rows = await wanted.orderBy('at', 'desc').orderBy('chain', 'desc').orderBy('seq', 'desc').limit(most).execute()
  return rows.map((row) => ({ chain: row.chain, seq: row.seq, hash: row.hash, line: readLine(row.line) }))
}

/** Our own writing, by `appendAudit`. */
function readLine(text: string): AuditLine {
  const line: AuditLine = JSON.parse(text)
  return line
}

/** The newest line of every chain. */
export async function auditHeads(db: Database): Promise<ChainHead[]> {
  return knownTables(db)
    .selectFrom('audit_line')
    .select(['chain', 'seq', 'hash'])
    .distinctOn('chain')
    .orderBy('chain')
    .orderBy('seq', 'desc')
    .execute()
}

/** The hash that stands at one place of a chain; undefined when there is no such line. */
export async function hashAt(db: Database, chain: string, seq: number): Promise<string | undefined> {
  const row = await knownTables(db)
    .selectFrom('audit_line')
    .select('hash')
    .where('chain', '=', chain)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row?.hash
}

const BATCH = 5000

/** Every line of a chain in its order, as it stands in the table. */
export async function* readChain(db: Database, chain: string): AsyncGenerator<Link> {
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const batch = await knownTables(db)
      .selectFrom('audit_line')
      .select(['seq', 'previous', 'line', 'hash'])
      .where('chain', '=', chain)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(BATCH)
      .execute()
    yield* batch
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) return
    after = last.seq
  }
}
