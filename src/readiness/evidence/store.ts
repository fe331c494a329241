import { sql } from 'kysely'
import { type Link, linkAfter } from '../../base/chain.ts'
import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { newId } from '../../base/id.ts'
import type { Clock, Instant } from '../../base/time.ts'
import type { Evidence, EvidenceKind, EvidenceOutcome } from './evidence.ts'
import {
  artefactOf,
  type EvidenceLine,
  KEEP_YEARS,
  type KeptEvidence,
  lineText,
  MOST_FILE_BYTES,
  type NewEvidence,
  readLine,
} from './record.ts'

type EvidenceTables = {
  evidence: {
    seq: number
    previous: string
    line: string
    hash: string
    id: string | null
    kind: EvidenceKind | null
    subject: string | null
    outcome: EvidenceOutcome | null
    at: number
    file: string | null
  }
  evidence_file: { sha256: string; bytes: Buffer }
}
type Row = EvidenceTables['evidence']

const tables = (db: Database) => db.withTables<EvidenceTables>()

/**
 * Adds records in their order, in the caller's transaction or in one of its own; writers wait for each other until it ends, so add late. The
 * tables refuse to change or lose what is younger than six years. Permanent Failure when a file is too large.
 */
export async function addEvidence(
  db: Database,
  clock: Clock,
  notedBy: string,
  all: readonly NewEvidence[],
): Promise<KeptEvidence[]> {
  const large = all.find(({ artefact }) => (artefact?.content.byteLength ?? 0) > MOST_FILE_BYTES)?.artefact
  if (large !== undefined)
    throw new Failure(
      'permanent',
      `${large.name} has ${large.content.byteLength} bytes, and at most ${MOST_FILE_BYTES} are kept beside a record. Nothing was kept; send less of it, or name in words where it lies.`,
    )
  const add = async (together: Database): Promise<KeptEvidence[]> => {
    for (const { artefact } of all) if (artefact !== undefined) await keepFile(together, artefact.content)
    const lines = all.map(({ artefact, ...said }): EvidenceLine & { evidence: Evidence } => ({
      evidence: {
        ...said,
        id: newId('evidence', clock),
        artefact: artefact === undefined ? undefined : artefactOf(artefact),
      },
      notedAt: clock.now(),
      notedBy,
    }))
    const links = await append(together, lines)
    return lines.map(({ evidence, ...noted }, nth) => ({
      ...evidence,
      ...noted,
      seq: links[nth]?.seq ?? 0,
      hash: links[nth]?.hash ?? '',
    }))
  }
  return db.isTransaction ? add(db) : db.transaction().execute(add)
}

async function keepFile(db: Database, content: Uint8Array): Promise<void> {
  const { sha256 } = artefactOf({ name: '', mediaType: '', content }) ?? { sha256: '' }
  await tables(db)
    .insertInto('evidence_file')
    .values({ sha256, bytes: Buffer.from(content) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function append(db: Database, lines: readonly EvidenceLine[]): Promise<Link[]> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('holdfast evidence', 0))`.execute(db)
  let last: { seq: number; hash: string } | undefined = await evidenceHead(db)
  const links: Link[] = []
  for (const line of lines) {
    const link = linkAfter(last, lineText(line))
    const said = 'evidence' in line ? line.evidence : undefined
    await tables(db)
      .insertInto('evidence')
      .values({
        ...link,
        id: said?.id ?? null,
        kind: said?.kind ?? null,
        subject: said?.subject ?? null,
        outcome: said?.outcome ?? null,
        at: said?.at ?? line.notedAt,
        file: said?.artefact?.sha256 ?? null,
      })
      .execute()
    links.push(link)
    last = link
  }
  return links
}

export type EvidenceHead = { seq: number; hash: string }

/** The newest line of the chain: remembered elsewhere, it shows that nothing was cut off. */
export async function evidenceHead(db: Database): Promise<EvidenceHead | undefined> {
  return tables(db).selectFrom('evidence').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
}

export type EvidenceQuery = {
  kind?: EvidenceKind
  /** Whole, or its beginning up to a colon: `site:` finds every site. */
  subject?: string
  outcome?: EvidenceOutcome
  /** Measured from then on. */
  since?: Instant
  /** Records before this one, for the next page. */
  before?: { at: Instant; seq: number }
  most?: number
}

/** Newest measured first. */
export async function listEvidence(db: Database, query: EvidenceQuery = {}): Promise<KeptEvidence[]> {
  const { kind, subject, outcome, since, before, most = 100 } = query
  let wanted = tables(db).selectFrom('evidence').select(['seq', 'line', 'hash']).where('id', 'is not', null)
  if (kind !== undefined) wanted = wanted.where('kind', '=', kind)
  if (subject?.endsWith(':') === true) wanted = wanted.where(sql<boolean>`starts_with(subject, ${subject})`)
  else if (subject !== undefined) wanted = wanted.where('subject', '=', subject)
  if (outcome !== undefined) wanted = wanted.where('outcome', '=', outcome)
  if (since !== undefined) wanted = wanted.where('at', '>=', since)
  if (before !== undefined) wanted = wanted.where(sql<boolean>`(at, seq) < (${before.at}, ${before.seq})`)
  const rows = await wanted.orderBy('at', 'desc').orderBy('seq', 'desc').limit(most).execute()
  return rows.flatMap(recordOf)
}

/** The newest record of every kind about every subject, for each outcome: all that a check asks for, however long the practice has been at it. */
export async function newestEvidence(db: Database): Promise<KeptEvidence[]> {
  const rows = await tables(db)
    .selectFrom('evidence')
    .select(['seq', 'line', 'hash'])
    .distinctOn(['kind', 'subject', 'outcome'])
    .where('id', 'is not', null)
    .orderBy('kind')
    .orderBy('subject')
    .orderBy('outcome')
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .execute()
  return rows.flatMap(recordOf)
}

export async function evidenceOfId(db: Database, id: string): Promise<KeptEvidence | undefined> {
  const row = await tables(db)
    .selectFrom('evidence')
    .select(['seq', 'line', 'hash'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? undefined : recordOf(row)[0]
}

/** The kept bytes of a file; undefined when no record names it any more. */
export async function evidenceFile(db: Database, sha256: string): Promise<Uint8Array | undefined> {
  const row = await tables(db)
    .selectFrom('evidence_file')
    .select('bytes')
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  return row?.bytes
}

function recordOf({ seq, hash, line }: Pick<Row, 'seq' | 'hash' | 'line'>): KeptEvidence[] {
  const read = readLine(line)
  return read !== undefined && 'evidence' in read
    ? [{ ...read.evidence, notedAt: read.notedAt, notedBy: read.notedBy, seq, hash }]
    : []
}

const BATCH = 2000

/** Every line in its order, as it stands in the table. */
export async function* readEvidenceChain(db: Database): AsyncGenerator<Link> {
  let after = -1
  for (;;) {
    const batch = await tables(db)
      .selectFrom('evidence')
      .select(['seq', 'previous', 'line', 'hash'])
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

/**
 * Removes records whose six years are over, from the oldest on, with the files that nobody else names; a line of the chain says so first, so that
 * what is left still follows from it. Gives how many went. The age is the database's own word for when they were written.
 */
export async function removeOldEvidence(db: Database, clock: Clock, notedBy: string): Promise<number> {
  return db.transaction().execute(async (together) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('holdfast evidence', 0))`.execute(together)
    const old = await sql<{ seq: number; hash: string; records: number }>`
      SELECT seq, hash, (SELECT count(*) FROM evidence one WHERE one.seq <= last.seq) AS records FROM evidence last
      WHERE seq < (SELECT coalesce(min(seq), 9223372036854775807) FROM evidence
          WHERE written_at > clock_timestamp() - make_interval(years => ${KEEP_YEARS}))
      ORDER BY seq DESC LIMIT 1`.execute(together)
    const [last] = old.rows
    if (last === undefined) return 0
    const removed = { through: last.seq, hash: last.hash, records: last.records }
    await append(together, [{ removed, notedAt: clock.now(), notedBy }])
    await tables(together).deleteFrom('evidence').where('seq', '<=', last.seq).execute()
    await sql`DELETE FROM evidence_file WHERE NOT EXISTS
      (SELECT 1 FROM evidence WHERE evidence.file = evidence_file.sha256)`.execute(together)
    return last.records
  })
}
