import type { Database } from '../../base/database.ts'
import { type Clock, type Instant, MINUTE } from '../../base/time.ts'
import type { AuditLine, Person } from '../access.ts'
import { appendAudit } from '../audit/store.ts'
import { addressSubject, type Subject } from '../limits/limit.ts'
import { attemptHeld, takeAttempt } from '../limits/store.ts'
import { makeLink, peekLink, takeLink } from '../links/store.ts'
import { passwordHolds } from '../password.ts'
import { beginSession, type Session } from '../sessions/store.ts'
import { checkCode, type Sealer } from './second-factor.ts'
import { remakePassword } from './set-password.ts'
import { keepPassword, personById, personByLogin, secretsOf } from './store.ts'

export type Browser = { address: string; agent: string }

export type SignInAnswer =
  /** `token` goes into the cookie (HttpOnly, SameSite=Lax, Secure over TLS). */
  | { outcome: 'signed-in'; token: string; session: Session; person: Person }
  /** The password was right; `ticket` and the code of the authenticator go to `finishSignIn` within five minutes. */
  | { outcome: 'second-factor'; ticket: string }
  | { outcome: 'refused'; because: string }
  | { outcome: 'locked'; openAgainAt: Instant; because: string }

const WRONG = 'Sign-in name or password is wrong.'
const TICKET_MS = 5 * MINUTE

/** The first half of signing in, and the whole of it for who has no authenticator. Never says which of name and password was wrong. */
export async function signIn(
  db: Database,
  given: { login: string; password: string } & Browser,
  clock: Clock,
): Promise<SignInAnswer> {
  const login = given.login.trim().toLowerCase().slice(0, 80)
  const subjects: Subject[] = [{ kind: 'account', of: login }, addressSubject(given.address)]
  const locked = await lockedAnswer(db, subjects, clock)
  // Not noted: the failures before it are, and a storm of attempts must not fill the trail.
  if (locked !== undefined) return locked
  const person = await personByLogin(db, login)
  const secrets = person === undefined ? undefined : await secretsOf(db, person.id)
  const { holds, outdated } = await passwordHolds(given.password, secrets?.passwordHash)
  if (!holds || person === undefined) {
    await note(db, clock, given, 'refused', { login, because: 'name or password' }, person)
    return { outcome: 'refused', because: WRONG }
  }
  await attemptHeld(db, subjects)
  if (person.status !== 'active') {
    await note(db, clock, given, 'refused', { login, because: person.status }, person)
    return { outcome: 'refused', because: 'This account is suspended. An owner of the practice can open it again.' }
  }
  if (outdated) await keepPassword(db, person.id, await remakePassword(given.password, clock))
  if (person.totp)
    return {
      outcome: 'second-factor',
      ticket: await makeLink(db, { kind: 'second-factor', personId: person.id, lifeMs: TICKET_MS }, clock),
    }
  return begin(db, person, given, clock)
}

/** The second half: the code of the authenticator. A wrong code leaves the ticket good; too many wrong ones lock, as wrong passwords do. */
export async function finishSignIn(
  db: Database,
  given: { ticket: string; code: string } & Browser,
  sealer: Sealer,
  clock: Clock,
): Promise<SignInAnswer> {
  const late = { outcome: 'refused', because: 'That took longer than five minutes. Sign in again.' } as const
  const ticket = await peekLink(db, given.ticket, ['second-factor'], clock.now())
  const person = ticket?.personId === undefined ? undefined : await personById(db, ticket.personId)
  if (person === undefined || person.status !== 'active') return late
  const subjects: Subject[] = [{ kind: 'account', of: `code of ${person.id}` }, addressSubject(given.address)]
  const locked = await lockedAnswer(db, subjects, clock)
  if (locked !== undefined) return locked
  if (!(await checkCode(db, person.id, given.code, sealer, clock))) {
    await note(db, clock, given, 'refused', { login: person.login, because: 'code' }, person)
    return { outcome: 'refused', because: 'That code is wrong or was used already. Wait for the next one.' }
  }
  await attemptHeld(db, subjects)
  if ((await takeLink(db, given.ticket, ['second-factor'], clock)) === undefined) return late
  return begin(db, person, given, clock)
}

async function begin(db: Database, person: Person, browser: Browser, clock: Clock): Promise<SignInAnswer> {
  return db.transaction().execute(async (transaction) => {
    const { token, session } = await beginSession(transaction, { personId: person.id, ...browser }, clock)
    await note(transaction, clock, browser, 'done', { login: person.login }, person)
    return { outcome: 'signed-in', token, session, person }
  })
}

async function lockedAnswer(db: Database, subjects: Subject[], clock: Clock): Promise<SignInAnswer | undefined> {
  const attempt = await takeAttempt(db, subjects, clock)
  if (attempt.allowed) return undefined
  const minutes = Math.ceil((attempt.openAgainAt - clock.now()) / MINUTE)
  const wait = minutes <= 1 ? 'a minute' : `${minutes} minutes`
  return {
    outcome: 'locked',
    openAgainAt: attempt.openAgainAt,
    because: `Too many wrong attempts. Try again in ${wait}. Sites can still be unlocked in the clinic.`,
  }
}

/** An unknown name is noted as it was typed; often it is a password in the wrong field, so only its beginning is kept. */
async function note(
  db: Database,
  clock: Clock,
  { address }: Browser,
  outcome: AuditLine['outcome'],
  about: { login: string; because?: string },
  person?: Person,
): Promise<void> {
  const login = person?.login ?? `${about.login.slice(0, 3)}...`
  const because = about.because === undefined ? {} : { because: about.because }
  await appendAudit(db, {
    at: clock.now(),
    who: person === undefined ? { program: 'hub' } : { personId: person.id, login: person.login },
    place: 'hub',
    what: 'sign-in',
    about: { login, address, ...because },
    outcome,
  })
}
