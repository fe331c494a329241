import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import type { AuditLine, Person, PersonStatus, RoleGrant } from '../access.ts'
import { appendAudit } from '../audit/store.ts'
import { endSessions } from '../sessions/store.ts'
import { activeOwners, changePerson, holdPeople, personById } from './store.ts'

export type AccessChange = { grants?: RoleGrant[]; status?: Exclude<PersonStatus, 'invited'> }

/**
 * Changes what a person may do, or suspends them (their sessions end at once; their sites follow with the next pack). Permanent Failure when
 * the practice would be left without an active owner.
 */
export async function changeAccess(
  db: Database,
  personId: string,
  change: AccessChange,
  by: AuditLine['who'],
  clock: Clock,
): Promise<Person> {
  return db.transaction().execute(async (transaction) => {
    await holdPeople(transaction)
    const before = await personById(transaction, personId)
    if (before === undefined) throw new Failure('permanent', 'There is no such person any more.')
    if (before.status === 'invited' && change.status === 'active')
      throw new Failure('permanent', 'This person has not set a password yet: send a new invitation instead.')
    await changePerson(transaction, personId, change)
    if ((await activeOwners(transaction)).length === 0)
      throw new Failure('permanent', 'A practice always keeps one active owner. Make somebody else an owner first.')
    if (change.status === 'suspended') await endSessions(transaction, personId)
    await appendAudit(transaction, {
      at: clock.now(),
      who: by,
      place: 'hub',
      what: 'access-changed',
      about: { personId, ...said(change) },
      outcome: 'done',
    })
    return { ...before, ...change }
  })
}

function said({ grants, status }: AccessChange): Record<string, string> {
  const roles = grants?.map(({ role, sites }) => `${role} at ${sites === 'all' ? 'all' : sites.join('+')}`).join(', ')
  return { ...(roles === undefined ? {} : { roles }), ...(status === undefined ? {} : { status }) }
}
