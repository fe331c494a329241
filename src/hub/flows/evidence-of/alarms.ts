import { spanInWords } from '../../../base/ago.ts'
import { SECOND } from '../../../base/time.ts'
import type { Notice } from '../../../monitor/store.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'

/** The newest alarm that a person took after being asked: a failure, made up or not, that brought somebody out. */
export function evidenceOfAlarms(notices: readonly Notice[]): NewEvidence[] {
  const taken = notices.filter(({ text, answeredAt }) => text.kind === 'escalated' && answeredAt !== undefined)
  const newest = taken.toSorted((a, b) => (b.answeredAt ?? 0) - (a.answeredAt ?? 0))[0]
  if (newest?.answeredAt === undefined) return []
  const tookMs = newest.answeredAt - newest.madeAt
  return [
    {
      kind: 'alert-test',
      subject: 'alerts',
      at: newest.answeredAt,
      outcome: 'held',
      because: `An alarm went out and was taken by a person after ${spanInWords(tookMs)}.`,
      measured: [{ what: 'taken in', value: Math.round(tookMs / SECOND), unit: 's' }],
      people: newest.person === undefined ? [] : [newest.person],
    },
  ]
}
