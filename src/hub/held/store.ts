import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { newId } from '../../base/id.ts'
import { DAY, type Instant } from '../../base/time.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { Shrink } from '../../chart/losses.ts'
import type { Decision, HeldBack, HeldStatus, NamedPerson } from './held.ts'

/** A record may be kept out for weeks: so many of its changes are kept, the rest is counted. */
const MOST_CHANGES = 500

type Row = {
  id: string
  source_id: string
  kind: HeldBack['kind']
  subject: string
  status: HeldStatus
  raised_at: number
  ended_at: number | null
  shrinks: Shrink[]
  people: NamedPerson[]
  times: number
}

/** Open ones first, and of those the removals, which wait for nobody’s morning: a feed that names many other people pushes none of them out. */
export async function heldBack(db: Database, only: 'open' | 'all' = 'all', most = 500): Promise<HeldBack[]> {
  const { rows } = await sql<Row>`
    SELECT id, source_id, kind, subject, status, raised_at, ended_at, shrinks, people, times FROM held_back
    WHERE ${only} = 'all' OR status = 'open'
    ORDER BY (status = 'open') DESC, (status = 'open' AND kind = 'shrink') DESC, raised_at DESC LIMIT ${most}`.execute(
    db,
  )
  return withDecisions(db, rows)
}

export async function heldById(db: Database, id: string): Promise<HeldBack | undefined> {
  const { rows } = await sql<Row>`
    SELECT id, source_id, kind, subject, status, raised_at, ended_at, shrinks, people, times FROM held_back
    WHERE id = ${id}`.execute(db)
  return (await withDecisions(db, rows))[0]
}

/** How many wait for a person, by kind and source. */
export async function openCounts(
  db: Database,
): Promise<{ sourceId: string; kind: HeldBack['kind']; count: number; since: Instant }[]> {
  const { rows } = await sql<{ sourceId: string; kind: HeldBack['kind']; count: number; since: number }>`
    SELECT source_id AS "sourceId", kind, count(*) AS count, min(raised_at) AS since FROM held_back
    WHERE status = 'open' GROUP BY source_id, kind ORDER BY source_id, kind`.execute(db)
  return rows
}

async function withDecisions(db: Database, rows: Row[]): Promise<HeldBack[]> {
  if (rows.length === 0) return []
  const made = await sql<{ held_id: string } & Omit<Decision, 'personId'> & { person_id: string }>`
    SELECT held_id, at, person_id, login, decision, reason, shrinks FROM held_decision
    WHERE held_id = ANY(${rows.map(({ id }) => id)}::text[]) ORDER BY at`.execute(db)
  const byHeld = Map.groupBy(made.rows, ({ held_id }) => held_id)
  return rows.map((row) => ({
    id: row.id,
    sourceId: row.source_id,
    kind: row.kind,
    subject: row.subject,
    status: row.status,
    raisedAt: row.raised_at,
    endedAt: row.ended_at ?? undefined,
    shrinks: row.shrinks,
    people: row.people,
    times: row.times,
    decisions: (byHeld.get(row.id) ?? []).map(({ at, person_id, login, decision, reason, shrinks }) => ({
      at,
      personId: person_id,
      login,
      decision,
      reason,
      shrinks,
    })),
  }))
}

/** The open hold of shrinks of a source, made when there is none; what is held in it adds up. */
export async function raiseShrink(
  db: Database,
  sourceId: string,
  shrinks: readonly Shrink[],
  at: Instant,
): Promise<string> {
  const open = await openShrink(db, sourceId)
  const merged = new Map((open?.shrinks ?? []).map((shrink) => [shrink.what, shrink]))
  for (const shrink of shrinks) {
    const before = merged.get(shrink.what)
    merged.set(shrink.what, before === undefined || before.entries < shrink.entries ? shrink : before)
  }
  const said = JSON.stringify([...merged.values()])
  if (open !== undefined) {
    await sql`UPDATE held_back SET shrinks = ${said}::jsonb WHERE id = ${open.id}`.execute(db)
    return open.id
  }
  const id = newId('held', { now: () => at })
  await sql`INSERT INTO held_back (id, source_id, kind, subject, status, raised_at, shrinks)
    VALUES (${id}, ${sourceId}, 'shrink', '', 'open', ${at}, ${said}::jsonb)`.execute(db)
  return id
}

/** Every open hold of shrinks, one for each source. */
export async function openShrinks(
  db: Database,
): Promise<{ id: string; sourceId: string; raisedAt: Instant; shrinks: Shrink[] }[]> {
  const { rows } = await sql<{ id: string; sourceId: string; raisedAt: number; shrinks: Shrink[] }>`
    SELECT id, source_id AS "sourceId", raised_at AS "raisedAt", shrinks FROM held_back
    WHERE kind = 'shrink' AND status = 'open' ORDER BY source_id`.execute(db)
  return rows
}

export async function openShrink(
  db: Database,
  sourceId: string,
): Promise<{ id: string; shrinks: Shrink[] } | undefined> {
  const { rows } = await sql<{ id: string; shrinks: Shrink[] }>`
    SELECT id, shrinks FROM held_back WHERE source_id = ${sourceId} AND kind = 'shrink' AND status = 'open'
    FOR UPDATE`.execute(db)
  return rows[0]
}

/** Visits that began longer ago are in no pack, and their source is not asked about them again. */
const VISITS_MATTER_MS = 2 * DAY

/** Ends the open hold of a source of which nothing is held any more; true when there was one. */
export async function noteRecovered(db: Database, sourceId: string, at: Instant): Promise<boolean> {
  const done = await sql`UPDATE held_back SET status = 'recovered', ended_at = ${at}
    WHERE source_id = ${sourceId} AND kind = 'shrink' AND status = 'open'
      AND NOT EXISTS (SELECT 1 FROM chart_held WHERE chart_held.held_id = held_back.id)
      AND NOT EXISTS (SELECT 1 FROM appointment WHERE appointment.held_id = held_back.id
        AND appointment.starts_at > ${at - VISITS_MATTER_MS})`.execute(db)
  return Number(done.numAffectedRows ?? 0n) > 0
}

export type IdentityHold = { id: string; subject: string; digest: string; status: HeldStatus; blocking: boolean }

/** Holds of these records that are open, or were rejected: what names the same other person again stays out. */
export async function identityHolds(
  db: Database,
  sourceId: string,
  subjects: readonly string[],
): Promise<IdentityHold[]> {
  const { rows } = await sql<IdentityHold>`
    SELECT id, subject, digest, status, blocking FROM held_back WHERE source_id = ${sourceId} AND kind = 'identity'
      AND subject = ANY(${[...subjects]}::text[]) AND status IN ('open', 'rejected') ORDER BY raised_at`.execute(db)
  return rows
}

export async function raiseIdentity(
  db: Database,
  hold: { sourceId: string; subject: string; digest: string; people: NamedPerson[]; at: Instant },
): Promise<string> {
  const id = newId('held', { now: () => hold.at })
  await sql`INSERT INTO held_back (id, source_id, kind, subject, status, raised_at, people, digest, times)
    VALUES (${id}, ${hold.sourceId}, 'identity', ${hold.subject}, 'open', ${hold.at},
      ${JSON.stringify(hold.people)}::jsonb, ${hold.digest}, 0)`.execute(db)
  return id
}

/** Adds changes that were kept out. `blocking`: what comes next for this record without a name belongs here too. */
export async function keepOut(
  db: Database,
  heldId: string,
  changes: readonly ChartChange[],
  blocking: boolean,
): Promise<void> {
  const before = await changesKept(db, heldId)
  // A record that is read whole says the same again at each full read: the last one counts.
  const whole = changes.some(({ type }) => type === 'chart')
  const others = whole ? before.filter(({ type }) => type !== 'chart') : before
  const fresh = changes.filter((change) => !others.some((one) => JSON.stringify(one) === JSON.stringify(change)))
  const kept = [...others, ...fresh].slice(0, MOST_CHANGES)
  await sql`UPDATE held_back SET changes = ${zstdCompressSync(JSON.stringify(kept))}, blocking = ${blocking},
    times = times + ${fresh.length - (before.length - others.length)} WHERE id = ${heldId}`.execute(db)
}

export async function setBlocking(db: Database, heldIds: readonly string[], blocking: boolean): Promise<void> {
  if (heldIds.length === 0) return
  await sql`UPDATE held_back SET blocking = ${blocking} WHERE id = ANY(${[...heldIds]}::text[])`.execute(db)
}

export async function changesKept(db: Database, heldId: string): Promise<ChartChange[]> {
  const { rows } = await sql<{ changes: Buffer | null }>`SELECT changes FROM held_back WHERE id = ${heldId}`.execute(db)
  const held = rows[0]?.changes
  if (held === null || held === undefined) return []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it
  return JSON.parse(zstdDecompressSync(held).toString('utf8')) as ChartChange[]
}

/** Keeps a decision, and moves the hold when it stood as expected; false when somebody else moved it first. */
export async function moveHeld(
  db: Database,
  id: string,
  from: HeldStatus,
  to: HeldStatus,
  at: Instant,
): Promise<boolean> {
  const done = await sql`UPDATE held_back SET status = ${to}, ended_at = ${to === 'open' ? null : at},
    blocking = blocking AND ${to !== 'approved'} WHERE id = ${id} AND status = ${from}`.execute(db)
  return Number(done.numAffectedRows ?? 0n) > 0
}

export async function keepDecision(db: Database, heldId: string, made: Decision): Promise<void> {
  await sql`INSERT INTO held_decision (held_id, at, person_id, login, decision, reason, shrinks)
    VALUES (${heldId}, ${made.at}, ${made.personId}, ${made.login}, ${made.decision}, ${made.reason},
      ${JSON.stringify(made.shrinks)}::jsonb)`.execute(db)
}

/** How many changes were kept out of these records in all. */
export async function keptOutCounts(
  db: Database,
  sourceId: string,
  subjects: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ subject: string; times: number }>`
    SELECT subject, sum(times) AS times FROM held_back WHERE source_id = ${sourceId} AND kind = 'identity'
      AND subject = ANY(${[...subjects]}::text[]) AND status IN ('open', 'rejected') GROUP BY subject`.execute(db)
  return new Map(rows.map((row) => [row.subject, row.times]))
}

/** A source that reads whole records names the known person again: what was kept out is no longer said. */
export async function recoverIdentity(
  db: Database,
  sourceId: string,
  subjects: readonly string[],
  at: Instant,
): Promise<void> {
  if (subjects.length === 0) return
  await sql`UPDATE held_back SET status = 'recovered', ended_at = ${at}, blocking = false
    WHERE source_id = ${sourceId} AND kind = 'identity' AND status = 'open' AND subject = ANY(${[...subjects]}::text[])`.execute(
    db,
  )
}
