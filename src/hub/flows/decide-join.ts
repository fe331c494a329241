import { Failure } from '../../base/failure.ts'
import { type JoinDecision, keepJoinDecision } from '../../chart/persons/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'

type Asked = Pick<JoinDecision, 'number' | 'sourceId' | 'patientId'> & {
  /** `undo` takes a decision back: the rule decides again. */
  decision: JoinDecision['decision'] | 'undo'
  reason: string
}

/**
 * A person decides whether a record is the person whom the leading source has under its number. It can be taken back at any time: records are only ever
 * joined when charts are made, never merged. Failure `permanent` without a reason.
 */
export async function decideJoin(centre: Centre, actor: Actor, asked: Asked): Promise<void> {
  const reason = asked.reason.trim()
  if (reason === '') throw new Failure('permanent', 'Give a reason. Nothing was changed.')
  const { decision, number, sourceId, patientId } = asked
  await centre.db.transaction().execute(async (together) => {
    const made =
      decision === 'undo'
        ? undefined
        : { decision, decidedBy: actor.login, decidedAt: centre.clock.now(), reason: reason.slice(0, 500) }
    await keepJoinDecision(together, { number, sourceId, patientId }, made)
    const about = { source: sourceId, record: patientId, decision }
    await centre.audit(together, [auditLine(centre, actor, 'join-decided', about, { reason })])
    await centre.changed(together, ['held', 'sources'])
  })
  centre.publishSoon()
}
