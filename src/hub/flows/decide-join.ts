import { personById } from '../../access/people/store.ts'
import { decideJoin, joinByKey } from '../../chart/joins/store.ts'
import { lockCharts } from '../../chart/persons/store.ts'
import { seenPeople } from '../held/people-now.ts'
import { reasonGiven, whyNotDecide } from '../held/who-decides.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'

export type JoinAsked = { key: string; decision: 'same' | 'different' | 'undo'; reason: string; seen?: string }

/**
 * A person compared two records of one record number: they are one chart from now on, or stay two. `undo` takes that back, and the records are joined
 * or parted as they would be without it. `seen` (`seenPeople`): whom the page showed. Failure `permanent` without a reason.
 */
export async function decideRecordJoin(
  centre: Centre,
  actor: Actor,
  { key, decision, reason: text, seen }: JoinAsked,
): Promise<'done' | 'not-possible' | 'not-found' | 'not-allowed' | 'changed'> {
  const reason = reasonGiven(text)
  const outcome = await centre.db.transaction().execute(async (together) => {
    await lockCharts(together)
    if (whyNotDecide(await personById(together, actor.personId), 'patients') !== undefined) return 'not-allowed'
    const join = await joinByKey(together, key)
    if (join === undefined) return 'not-found'
    if (join.state !== (decision === 'undo' ? 'decided' : 'open')) return 'not-possible'
    if (decision !== 'undo' && seen !== undefined && seen !== seenPeople([join.record, join.lead])) return 'changed'
    const made = { by: actor.login, at: centre.clock.now(), reason }
    await decideJoin(together, join, decision === 'undo' ? undefined : { ...made, decision })
    const { record, lead } = join
    const about = {
      source: record.sourceId,
      patientId: record.patientId,
      withSource: lead.sourceId,
      withPatientId: lead.patientId,
      decision,
    }
    await centre.audit(together, [auditLine(centre, actor, 'record-join-decided', about, { reason })])
    await centre.changed(together, ['held', 'sources'])
    return 'done'
  })
  if (outcome === 'done') centre.publishSoon()
  return outcome
}
