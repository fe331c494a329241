import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { codeOf, Failure } from '../../base/failure.ts'
import { newId } from '../../base/id.ts'
import type { Clock } from '../../base/time.ts'
import type { OfflineVerifier, Person, PersonStatus, RoleGrant } from '../access.ts'
import { worksAt } from '../may.ts'
import { makeVerifier, type OfflineLock } from '../offline.ts'

type PersonTable = {
  person: {
    id: string
    login: string
    name: string
    email: string | null
    status: PersonStatus
    grants: RoleGrant[]
    made_at: number
    password_hash: string | null
    offline_lock: OfflineLock | null
    totp_secret: Buffer | null
    totp_confirmed: boolean
    totp_last_step: number
  }
}

const tables = (db: Database) => db.withTables<PersonTable>()
const SHOWN = ['id', 'login', 'name', 'email', 'status', 'grants', 'totp_confirmed'] as const

export type NewPerson = { login: string; name: string; email?: string | undefined; grants: RoleGrant[] }

/** `login` is what people type: case does not matter. Permanent Failure when somebody has it already. */
export async function addPerson(db: Database, given: NewPerson, clock: Clock): Promise<Person> {
  const login = given.login.trim().toLowerCase()
  if (!/^[\p{L}\p{N}._@+-]{2,80}$/u.test(login))
    throw new Failure('permanent', 'A sign-in name has 2 to 80 letters, digits, dots, hyphens or an @, without spaces.')
  const id = newId('person', clock)
  try {
    await tables(db)
      .insertInto('person')
      .values({
        id,
        login,
        name: given.name.trim(),
        email: given.email ?? null,
        status: 'invited',
        grants: jsonb(given.grants),
        made_at: clock.now(),
        totp_confirmed: false,
        totp_last_step: 0,
      })
      .execute()
  } catch (thrown) {
    if (codeOf(thrown) === '23505')
      throw new Failure('permanent', `Somebody signs in as ${login} already. Choose another sign-in name.`)
    throw thrown
  }
  return {
    id,
    login,
    name: given.name.trim(),
    email: given.email,
    status: 'invited',
    grants: given.grants,
    totp: false,
  }
}

export async function personById(db: Database, id: string): Promise<Person | undefined> {
  const row = await tables(db).selectFrom('person').select(SHOWN).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : asPerson(row)
}

export async function personByLogin(db: Database, login: string): Promise<Person | undefined> {
  const wanted = login.trim().toLowerCase()
  const row = await tables(db).selectFrom('person').select(SHOWN).where('login', '=', wanted).executeTakeFirst()
  return row === undefined ? undefined : asPerson(row)
}

export async function listPeople(db: Database): Promise<Person[]> {
  return (await tables(db).selectFrom('person').select(SHOWN).orderBy('name').execute()).map(asPerson)
}

export async function changePerson(
  db: Database,
  id: string,
  change: { name?: string; email?: string | null; grants?: RoleGrant[]; status?: PersonStatus },
): Promise<void> {
  const { grants, ...rest } = change
  const set = { ...rest, ...(grants === undefined ? {} : { grants: jsonb(grants) }) }
  if (Object.keys(set).length > 0) await tables(db).updateTable('person').set(set).where('id', '=', id).execute()
}

/** Active people with the role of an owner for all sites; a practice always keeps one. */
export async function activeOwners(db: Database): Promise<string[]> {
  const people = await listPeople(db)
  return people.filter(({ status, grants }) => status === 'active' && grants.some(isOwner)).map(({ id }) => id)
}

/** Until the transaction ends nobody else changes who may do what, so a rule about all people (one owner stays) holds. */
export async function holdPeople(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('people', 0))`.execute(transaction)
}

function isOwner(grant: RoleGrant): boolean {
  return grant.role === 'owner' && grant.sites === 'all'
}

/** How a person proves who they are; never leaves this module's flows. */
export type Secrets = {
  passwordHash: string | undefined
  /** Sealed by the hub's root key. */
  totpSecret: Buffer | undefined
  totpLastStep: number
}

export async function secretsOf(db: Database, personId: string): Promise<Secrets | undefined> {
  const row = await tables(db)
    .selectFrom('person')
    .select(['password_hash', 'totp_secret', 'totp_last_step'])
    .where('id', '=', personId)
    .executeTakeFirst()
  return row === undefined
    ? undefined
    : {
        passwordHash: row.password_hash ?? undefined,
        totpSecret: row.totp_secret ?? undefined,
        totpLastStep: row.totp_last_step,
      }
}

/** The hub's hash and the lockbox's verifier of one password. */
export type MadePassword = { hash: string; lock: OfflineLock }

/** Both at once, always: a password that opens the hub and not the lockbox would be found out at the worst moment. */
export async function keepPassword(db: Database, personId: string, made: MadePassword): Promise<void> {
  await tables(db)
    .updateTable('person')
    .set({
      password_hash: made.hash,
      offline_lock: jsonb(made.lock),
      status: sql<PersonStatus>`case status when 'invited' then 'active' else status end`,
    })
    .where('id', '=', personId)
    .execute()
}

export async function keepTotp(
  db: Database,
  personId: string,
  sealed: Buffer | null,
  confirmed: boolean,
): Promise<void> {
  await tables(db)
    .updateTable('person')
    .set({ totp_secret: sealed, totp_confirmed: confirmed })
    .where('id', '=', personId)
    .execute()
}

/** True for whoever used this time step first; a code that comes a second time finds it taken. */
export async function takeTotpStep(db: Database, personId: string, step: number): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('person')
    .set({ totp_last_step: step })
    .where('id', '=', personId)
    .where('totp_last_step', '<', step)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** For a site's pack: everybody who works there, is active and has a password. */
export async function verifiersFor(db: Database, siteId: string): Promise<OfflineVerifier[]> {
  const rows = await tables(db)
    .selectFrom('person')
    .select([...SHOWN, 'offline_lock'])
    .where('status', '=', 'active')
    .where('offline_lock', 'is not', null)
    .orderBy('login')
    .execute()
  return rows.flatMap((row) =>
    row.offline_lock !== null && worksAt(row, siteId) ? [makeVerifier(row, row.offline_lock)] : [],
  )
}

function asPerson(row: Pick<PersonTable['person'], (typeof SHOWN)[number]>): Person {
  const { id, login, name, status, grants } = row
  return { id, login, name, email: row.email ?? undefined, status, grants, totp: row.totp_confirmed }
}

function jsonb<Value>(value: Value) {
  return sql<Value>`${JSON.stringify(value)}::jsonb`
}
