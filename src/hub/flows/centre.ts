import type { AuditLine } from '../../access/access.ts'
import type { Database } from '../../base/database.ts'
import type { Log } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import type { EscalationPlan } from '../../monitor/escalation.ts'
import type { HubKeys } from '../keys/hub-keys.ts'
import type { RootKey } from '../keys/sealed.ts'

/** Webhooks by name; e-mail goes to the addresses of the policy when a mail server is configured. */
export type NoticeTargets = { email: boolean; webhooks: string[] }

export type Practice = { id: string; name: string; zone: string }

/** What every flow of the hub is given. Nothing in here holds a rule of the trade. */
export type Centre = {
  db: Database
  clock: Clock
  log: Log
  practice: Practice
  sample: boolean
  keys: HubKeys
  root: RootKey
  /** Writes lines into the audit trail, in the same transaction as what they tell of. */
  audit(db: Database, lines: AuditLine[]): Promise<void>
  /** Tells every hub and every open page, when the transaction commits, that these subjects changed. */
  changed(db: Database, subjects: string[]): Promise<void>
  /** Where notices go besides the pages. */
  targets: NoticeTargets
  /** Who is asked to take an alarm, where the hub's configuration says it. */
  escalation?: EscalationPlan | undefined
  /** Otherwise: the escalation of the contingency plan that is gone through. */
  planAsking?: PlanAsking | undefined
  /** Asks for packs to be published soon. */
  publishSoon(): void
}

/** Which escalation of the contingency plan is gone through, and the channels that carry. */
export type PlanAsking = { escalation: string; carried: ReadonlySet<string> }

/** A person who acts, as the audit trail names them. */
export type Actor = { personId: string; login: string }

export function auditLine(
  centre: Pick<Centre, 'clock'>,
  who: AuditLine['who'],
  what: string,
  about: AuditLine['about'],
  more: { outcome?: AuditLine['outcome']; reason?: string } = {},
): AuditLine {
  return {
    at: centre.clock.now(),
    who,
    place: 'hub',
    what,
    about,
    outcome: more.outcome ?? 'done',
    ...(more.reason === undefined ? {} : { reason: more.reason }),
  }
}
