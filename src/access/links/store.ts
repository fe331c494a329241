import type { Database } from '../../base/database.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { newToken, tokenHash } from '../secret.ts'

/** What a one-time link is for. A `second-factor` link lives in the browser between the password and the code. */
export type LinkKind = 'first-owner' | 'invitation' | 'new-password' | 'second-factor'

type LinkTable = {
  person_link: {
    token_hash: string
    kind: LinkKind
    person_id: string | null
    made_at: number
    expires_at: number
    used_at: number | null
  }
}

const tables = (db: Database) => db.withTables<LinkTable>()

/** Makes a link; its token is shown once and kept nowhere. Unused links of the same kind and person are worth nothing from now on. */
export async function makeLink(
  db: Database,
  link: { kind: LinkKind; personId?: string; lifeMs: number },
  clock: Clock,
): Promise<string> {
  const token = newToken()
  const now = clock.now()
  const personId = link.personId ?? null
  if (link.kind !== 'second-factor')
    await tables(db)
      .updateTable('person_link')
      .set({ expires_at: now })
      .where('kind', '=', link.kind)
      .where('person_id', 'is not distinct from', personId)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .execute()
  await tables(db)
    .insertInto('person_link')
    .values({
      token_hash: tokenHash(token),
      kind: link.kind,
      person_id: personId,
      made_at: now,
      expires_at: now + link.lifeMs,
    })
    .execute()
  return token
}

export type OpenLink = { kind: LinkKind; personId: string | undefined; expiresAt: Instant }

/** What a link is good for, without using it up; undefined when it is unknown, used or too old. */
export async function peekLink(
  db: Database,
  token: string,
  kinds: LinkKind[],
  now: Instant,
): Promise<OpenLink | undefined> {
  const row = await tables(db)
    .selectFrom('person_link')
    .select(['kind', 'person_id', 'expires_at'])
    .where('token_hash', '=', tokenHash(token))
    .where('kind', 'in', kinds)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row === undefined
    ? undefined
    : { kind: row.kind, personId: row.person_id ?? undefined, expiresAt: row.expires_at }
}

/** Uses a link up; of two who try at once, one gets it. */
export async function takeLink(
  db: Database,
  token: string,
  kinds: LinkKind[],
  clock: Clock,
): Promise<OpenLink | undefined> {
  const now = clock.now()
  const row = await tables(db)
    .updateTable('person_link')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash(token))
    .where('kind', 'in', kinds)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['kind', 'person_id', 'expires_at'])
    .executeTakeFirst()
  return row === undefined
    ? undefined
    : { kind: row.kind, personId: row.person_id ?? undefined, expiresAt: row.expires_at }
}

/** Takes away links that nobody can use any more; for a daily task. */
export async function sweepLinks(db: Database, before: Instant): Promise<void> {
  await tables(db).deleteFrom('person_link').where('expires_at', '<', before).execute()
}
