import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import type { AuditLine, Person } from '../access.ts'
import { appendAudit } from '../audit/store.ts'
import { makeLock } from '../offline.ts'
import { hashPassword, passwordFaults } from '../password.ts'
import { endSessions } from '../sessions/store.ts'
import { keepPassword, type MadePassword } from './store.ts'

/**
 * Both things that a password opens, made in one go: the hub's hash and the lockbox's verifier. About 0.6 s of one core; do it outside of
 * transactions. Permanent Failure, with everything that is wrong, for a password that will not do.
 */
export async function makePassword(
  person: Pick<Person, 'login' | 'name'>,
  password: string,
  clock: Clock,
): Promise<MadePassword> {
  const faults = passwordFaults(password, person)
  if (faults.length > 0) throw new Failure('permanent', `This password will not do. ${faults.join(' ')}`)
  return remakePassword(password, clock)
}

/** As `makePassword` for a password that is in use already: what it costs changes, not whether it will do. */
export async function remakePassword(password: string, clock: Clock): Promise<MadePassword> {
  const [hash, lock] = await Promise.all([hashPassword(password), makeLock(password, clock)])
  return { hash, lock }
}

/** Gives a person a new password, ends their other sessions, and writes it into the audit trail. */
export async function setPassword(
  db: Database,
  person: Pick<Person, 'id' | 'login' | 'name'>,
  password: string,
  by: { who: AuditLine['who']; keepSession?: string },
  clock: Clock,
): Promise<void> {
  const made = await makePassword(person, password, clock)
  await db.transaction().execute((transaction) => exchangePassword(transaction, person.id, made, by, clock))
}

/** The second half of `setPassword`, in the caller's transaction. */
export async function exchangePassword(
  transaction: Database,
  personId: string,
  made: MadePassword,
  by: { who: AuditLine['who']; keepSession?: string },
  clock: Clock,
): Promise<void> {
  await keepPassword(transaction, personId, made)
  await endSessions(transaction, personId, { but: by.keepSession })
  const what = { place: 'hub', what: 'password-set', about: { personId }, outcome: 'done' } as const
  await appendAudit(transaction, { at: clock.now(), who: by.who, ...what })
}
