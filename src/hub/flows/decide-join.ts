import { personById } from '../../access/people/store.ts'
import { type JoinDecision, keepJoinDecision } from '../../chart/persons/store.ts'
import { reasonGiven, whyNotDecide } from '../held/who-decides.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'

type Asked = Pick<JoinDecision, 'number' | 'sourceId' | 'patientId'> & {
  /** `undo` takes a decision back: the rule decides again. */
  decision: JoinDecision['decision'] | 'undo'
  reason: string
}

/**
 * A person decides whether a record is the person whom the leading source has under its number. It can be taken back at any time: records are only ever
 * joined when charts are made, never merged. False: this person may not. Failure `permanent` without a reason.
 */
export async function decideJoin(centre: Centre, actor: Actor, asked: Asked): Promise<boolean> {
  const reason = reasonGiven(asked.reason)
  const { decision, number, sourceId, patientId } = asked
  const done = await centre.db.transaction().execute(async (together) => {
    if (whyNotDecide(await personById(together, actor.personId), 'patients') !== undefined) return false
    const made =
      decision === 'undo' ? undefined : { decision, decidedBy: actor.login, decidedAt: centre.clock.now(), reason }
    await keepJoinDecision(together, { number, sourceId, patientId }, made)
    const about = { source: sourceId, record: patientId, decision }
    await centre.audit(together, [auditLine(centre, actor, 'join-decided', about, { reason })])
    await centre.changed(together, ['held', 'sources'])
    return true
  })
  if (done) centre.publishSoon()
  return done
}
