import { personById } from '../../access/people/store.ts'
import { reasonGiven, whyNotDecide } from '../held/who-decides.ts'
import { dismissAside } from '../sources/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'
import { showQuarantine } from './show-quarantine.ts'

export type Dismissing = { sourceId: string; key: string; decision: 'dismiss' | 'undo'; reason: string }

/**
 * A person looked at a quarantined record and decides that its patient's chart need not show it, or that it must again. It stays in the quarantine.
 * `not-possible`: it is not there any more, or somebody decided the same before. Failure `permanent` without a reason.
 */
export async function dismissQuarantined(
  centre: Centre,
  actor: Actor,
  { sourceId, key, decision, reason: text }: Dismissing,
): Promise<'done' | 'not-possible' | 'not-allowed'> {
  const reason = reasonGiven(text)
  const outcome = await centre.db.transaction().execute(async (together) => {
    if (whyNotDecide(await personById(together, actor.personId), 'patients') !== undefined) return 'not-allowed'
    const made = { by: actor.login, at: centre.clock.now(), reason }
    const found = await dismissAside(together, sourceId, key, decision === 'dismiss' ? made : undefined)
    if (found === undefined) return 'not-possible'
    const about = { source: sourceId, record: key, decision }
    await centre.audit(together, [auditLine(centre, actor, 'quarantined-record-decided', about, { reason })])
    if (found.patientId !== undefined) await showQuarantine(together, sourceId, [found.patientId])
    await centre.changed(together, ['sources', `source:${sourceId}`])
    return 'done'
  })
  if (outcome === 'done') centre.publishSoon()
  return outcome
}
