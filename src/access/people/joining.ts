import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { type Clock, DAY } from '../../base/time.ts'
import type { AuditLine, Person } from '../access.ts'
import { appendAudit } from '../audit/store.ts'
import { makeLink, peekLink, takeLink } from '../links/store.ts'
import { exchangePassword, makePassword } from './set-password.ts'
import { activeOwners, addPerson, holdPeople, keepPassword, type NewPerson, personById } from './store.ts'

const FIRST_OWNER_MS = DAY
const INVITATION_MS = 7 * DAY
const NEW_PASSWORD_MS = DAY

const SPENT = new Failure('permanent', 'This link was used already or is too old. Ask for a new one.')

/**
 * The token of the link that makes the first owner, printed where only who runs the hub can read it; undefined once there is an owner. Each
 * start makes a new one, and the one before is worth nothing.
 */
export async function firstOwnerToken(db: Database, clock: Clock): Promise<string | undefined> {
  if ((await activeOwners(db)).length > 0) return undefined
  return makeLink(db, { kind: 'first-owner', lifeMs: FIRST_OWNER_MS }, clock)
}

/** Whoever holds the first link becomes owner of everything, once. Permanent Failure when it is spent or the password will not do. */
export async function claimFirstOwner(
  db: Database,
  token: string,
  given: { login: string; name: string; password: string },
  clock: Clock,
): Promise<Person> {
  const made = await makePassword(given, given.password, clock)
  return db.transaction().execute(async (transaction) => {
    await holdPeople(transaction)
    const link = await takeLink(transaction, token, ['first-owner'], clock)
    if (link === undefined || (await activeOwners(transaction)).length > 0) throw SPENT
    const grants = [{ role: 'owner', sites: 'all' } as const]
    const person = await addPerson(transaction, { login: given.login, name: given.name, grants }, clock)
    await keepPassword(transaction, person.id, made)
    const who = { personId: person.id, login: person.login }
    await note(transaction, clock, who, 'first-owner-made', person.id)
    return { ...person, status: 'active' }
  })
}

/** Adds a person who is not active until they set a password by the link. */
export async function invite(
  db: Database,
  given: NewPerson,
  by: AuditLine['who'],
  clock: Clock,
): Promise<{ person: Person; token: string }> {
  return db.transaction().execute(async (transaction) => {
    const person = await addPerson(transaction, given, clock)
    const token = await makeLink(transaction, { kind: 'invitation', personId: person.id, lifeMs: INVITATION_MS }, clock)
    await note(transaction, clock, by, 'person-invited', person.id)
    return { person, token }
  })
}

/** A link by which a person who forgot the password sets a new one; for an invited person, a new invitation. */
export async function newPasswordToken(
  db: Database,
  person: Pick<Person, 'id' | 'status'>,
  by: AuditLine['who'],
  clock: Clock,
): Promise<string> {
  return db.transaction().execute(async (transaction) => {
    const invited = person.status === 'invited'
    const kind = invited ? 'invitation' : 'new-password'
    const lifeMs = invited ? INVITATION_MS : NEW_PASSWORD_MS
    const token = await makeLink(transaction, { kind, personId: person.id, lifeMs }, clock)
    await note(transaction, clock, by, 'password-link-made', person.id)
    return token
  })
}

/** Whom an invitation or a link for a new password is for; undefined when it is spent. */
export async function personOfLink(db: Database, token: string, clock: Clock): Promise<Person | undefined> {
  const link = await peekLink(db, token, ['invitation', 'new-password'], clock.now())
  return link?.personId === undefined ? undefined : personById(db, link.personId)
}

/** Sets the password of an invitation or of a link for a new one. A password that will not do leaves the link good. */
export async function acceptLink(db: Database, token: string, password: string, clock: Clock): Promise<Person> {
  const person = await personOfLink(db, token, clock)
  if (person === undefined) throw SPENT
  const made = await makePassword(person, password, clock)
  await db.transaction().execute(async (transaction) => {
    if ((await takeLink(transaction, token, ['invitation', 'new-password'], clock)) === undefined) throw SPENT
    await exchangePassword(transaction, person.id, made, { who: { personId: person.id, login: person.login } }, clock)
  })
  return (await personById(db, person.id)) ?? person
}

async function note(db: Database, clock: Clock, who: AuditLine['who'], what: string, personId: string): Promise<void> {
  await appendAudit(db, { at: clock.now(), who, place: 'hub', what, about: { personId }, outcome: 'done' })
}
