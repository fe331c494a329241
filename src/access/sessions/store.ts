import type { Database } from '../../base/database.ts'
import { type Clock, HOUR, type Instant, MINUTE } from '../../base/time.ts'
import { newToken, tokenHash } from '../secret.ts'

/** A signed-in browser. `id` is the hash of its cookie: it names the session and opens nothing. */
export type Session = {
  id: string
  personId: string
  /** Goes into every form of this session, and must come back with it. */
  csrf: string
  address: string
  agent: string
  signedInAt: Instant
  seenAt: Instant
}

export type SessionLimits = { idleMs: number; absoluteMs: number }

/** 45 CFR 164.312(a)(2)(iii), automatic logoff: after half an hour without a person, and after a long shift in any case. */
const SESSION_LIMITS: SessionLimits = { idleMs: 30 * MINUTE, absoluteMs: 12 * HOUR }

type SessionTable = {
  person_session: {
    token_hash: string
    person_id: string
    csrf: string
    address: string
    agent: string
    signed_in_at: number
    seen_at: number
  }
}

const tables = (db: Database) => db.withTables<SessionTable>()

/** Begins a session; the token goes into the cookie and is kept nowhere. Called at each sign-in: no token from before is ever taken over. */
export async function beginSession(
  db: Database,
  of: { personId: string; address: string; agent: string },
  clock: Clock,
): Promise<{ token: string; session: Session }> {
  const token = newToken()
  const now = clock.now()
  const session: Session = {
    id: tokenHash(token),
    personId: of.personId,
    csrf: newToken(),
    address: of.address,
    agent: of.agent.slice(0, 200),
    signedInAt: now,
    seenAt: now,
  }
  await tables(db)
    .insertInto('person_session')
    .values({
      token_hash: session.id,
      person_id: session.personId,
      csrf: session.csrf,
      address: session.address,
      agent: session.agent,
      signed_in_at: now,
      seen_at: now,
    })
    .execute()
  return { token, session }
}

/** How often `seenAt` is written, at the most. */
const TOUCH_MS = MINUTE

/**
 * The session of a cookie, or undefined when there is none within its limits. `byPerson`: false for a page that refreshes itself, which
 * must not keep a session alive that nobody sits at.
 */
export async function sessionOf(
  db: Database,
  token: string,
  clock: Clock,
  { byPerson = true, limits = SESSION_LIMITS }: { byPerson?: boolean; limits?: SessionLimits } = {},
): Promise<Session | undefined> {
  const now = clock.now()
  const row = await tables(db)
    .selectFrom('person_session')
    .selectAll()
    .where('token_hash', '=', tokenHash(token))
    .where('seen_at', '>', now - limits.idleMs)
    .where('signed_in_at', '>', now - limits.absoluteMs)
    .executeTakeFirst()
  if (row === undefined) return undefined
  if (byPerson && now - row.seen_at >= TOUCH_MS)
    await tables(db)
      .updateTable('person_session')
      .set({ seen_at: now })
      .where('token_hash', '=', row.token_hash)
      .execute()
  return asSession(row)
}

export async function sessionsOf(db: Database, personId: string): Promise<Session[]> {
  const rows = await tables(db)
    .selectFrom('person_session')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('seen_at', 'desc')
    .execute()
  return rows.map(asSession)
}

export async function endSession(db: Database, id: string): Promise<void> {
  await tables(db).deleteFrom('person_session').where('token_hash', '=', id).execute()
}

/** Ends all sessions of a person but, perhaps, the one that asks. */
export async function endSessions(
  db: Database,
  personId: string,
  { but }: { but?: string | undefined } = {},
): Promise<void> {
  let ending = tables(db).deleteFrom('person_session').where('person_id', '=', personId)
  if (but !== undefined) ending = ending.where('token_hash', '!=', but)
  await ending.execute()
}

/** Takes away what is past its limits anyway; for a daily task. */
export async function sweepSessions(db: Database, now: Instant, limits: SessionLimits = SESSION_LIMITS): Promise<void> {
  await tables(db)
    .deleteFrom('person_session')
    .where((is) => is.or([is('seen_at', '<=', now - limits.idleMs), is('signed_in_at', '<=', now - limits.absoluteMs)]))
    .execute()
}

function asSession(row: SessionTable['person_session']): Session {
  return {
    id: row.token_hash,
    personId: row.person_id,
    csrf: row.csrf,
    address: row.address,
    agent: row.agent,
    signedInAt: row.signed_in_at,
    seenAt: row.seen_at,
  }
}
