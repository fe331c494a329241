import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import type { AuditLine, Person } from '../access.ts'
import { appendAudit } from '../audit/store.ts'
import { newTotp, type TotpOffer, totpStep } from '../totp.ts'
import { keepTotp, secretsOf, takeTotpStep } from './store.ts'

/** The hub's root key, as this module needs it: secrets stand sealed in the database. */
export type Sealer = { seal(name: string, secret: Uint8Array): Buffer; open(name: string, sealed: Uint8Array): Buffer }

const sealName = (personId: string) => `totp ${personId}`

/** A new secret for the person's authenticator; it counts only once a first code proves that it arrived there. */
export async function offerTotp(
  db: Database,
  person: Person,
  practiceName: string,
  sealer: Sealer,
): Promise<TotpOffer> {
  if (person.totp) throw new Failure('permanent', 'An authenticator is in use already. Remove it first.')
  const offer = newTotp(person.login, practiceName)
  await keepTotp(db, person.id, sealer.seal(sealName(person.id), Buffer.from(offer.secret)), false)
  return offer
}

/** True when the code was right: from now on signing in needs one. */
export async function confirmTotp(
  db: Database,
  person: Person,
  code: string,
  sealer: Sealer,
  clock: Clock,
): Promise<boolean> {
  if (!(await checkCode(db, person.id, code, sealer, clock))) return false
  await db.transaction().execute(async (transaction) => {
    const secrets = await secretsOf(transaction, person.id)
    await keepTotp(transaction, person.id, secrets?.totpSecret ?? null, true)
    await note(transaction, person.id, 'authenticator-added', { personId: person.id, login: person.login }, clock)
  })
  return true
}

/** For a lost telephone. `by`: who decided it. */
export async function removeTotp(db: Database, personId: string, by: AuditLine['who'], clock: Clock): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await keepTotp(transaction, personId, null, false)
    await note(transaction, personId, 'authenticator-removed', by, clock)
  })
}

/** Whether a code is right and was never used; it is used up by asking. */
export async function checkCode(
  db: Database,
  personId: string,
  code: string,
  sealer: Sealer,
  clock: Clock,
): Promise<boolean> {
  const secrets = await secretsOf(db, personId)
  if (secrets?.totpSecret === undefined) return false
  const secret = sealer.open(sealName(personId), secrets.totpSecret).toString()
  const step = totpStep(secret, code, secrets.totpLastStep, clock.now())
  return step !== undefined && takeTotpStep(db, personId, step)
}

async function note(db: Database, personId: string, what: string, who: AuditLine['who'], clock: Clock): Promise<void> {
  await appendAudit(db, { at: clock.now(), who, place: 'hub', what, about: { personId }, outcome: 'done' })
}
