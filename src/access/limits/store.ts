import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { afterFailure, FORGOTTEN_AFTER_MS, type Subject, waitOf } from './limit.ts'

type LimitTable = {
  sign_in_limit: { subject: string; failures: number; last_failure_at: number; open_again_at: number }
}

const nameOf = (subject: Subject) => `${subject.kind} ${subject.of}`

export type Attempt = { allowed: true } | { allowed: false; openAgainAt: Instant }

/**
 * Takes an attempt for all subjects at once, or none. It is counted as a failure beforehand and taken back by `attemptHeld`: a thousand guesses
 * sent at the same moment are a thousand failures, and a hub that dies half-way forgets none.
 */
export function takeAttempt(db: Database, subjects: readonly Subject[], clock: Clock): Promise<Attempt> {
  const now = clock.now()
  return db
    .withTables<LimitTable>()
    .transaction()
    .execute(async (transaction) => {
      const names = subjects.map(nameOf).sort()
      for (const name of names)
        await sql`select pg_advisory_xact_lock(hashtextextended(${`limit ${name}`}, 0))`.execute(transaction)
      const rows = await transaction.selectFrom('sign_in_limit').selectAll().where('subject', 'in', names).execute()
      const waitMs = Math.max(
        0,
        ...rows.map((row) => waitOf({ lastFailureAt: row.last_failure_at, openAgainAt: row.open_again_at }, now)),
      )
      if (waitMs > 0) return { allowed: false, openAgainAt: now + waitMs }
      for (const subject of subjects) {
        const row = rows.find((one) => one.subject === nameOf(subject))
        const before =
          row === undefined
            ? undefined
            : { failures: row.failures, lastFailureAt: row.last_failure_at, openAgainAt: row.open_again_at }
        const due = afterFailure(subject.kind, before, now)
        const values = { failures: due.failures, last_failure_at: due.lastFailureAt, open_again_at: due.openAgainAt }
        await transaction
          .insertInto('sign_in_limit')
          .values({ subject: nameOf(subject), ...values })
          .onConflict((conflict) => conflict.column('subject').doUpdateSet(values))
          .execute()
      }
      return { allowed: true }
    })
}

/** The attempt was right: the account starts afresh, the address gets this one attempt back (others may be guessing behind it). */
export async function attemptHeld(db: Database, subjects: readonly Subject[]): Promise<void> {
  const known = db.withTables<LimitTable>()
  for (const subject of subjects) {
    if (subject.kind === 'account')
      await known.deleteFrom('sign_in_limit').where('subject', '=', nameOf(subject)).execute()
    else
      await known
        .updateTable('sign_in_limit')
        .set((is) => ({ failures: is('failures', '-', 1), open_again_at: 0 }))
        .where('subject', '=', nameOf(subject))
        .where('failures', '>', 0)
        .execute()
  }
}

/** Takes away failures so old that the rule has forgotten them; for a daily task. */
export async function sweepLimits(db: Database, now: Instant): Promise<void> {
  await db
    .withTables<LimitTable>()
    .deleteFrom('sign_in_limit')
    .where('last_failure_at', '<', now - FORGOTTEN_AFTER_MS)
    .execute()
}
