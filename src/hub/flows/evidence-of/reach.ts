import { spanInWords } from '../../../base/ago.ts'
import { type Instant, SECOND } from '../../../base/time.ts'
import { REACHED_WITHIN_MS, type ReachTest, reachTries } from '../../../monitor/reached.ts'
import type { Notice } from '../../../monitor/store.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'

/** Each person's last test notice that has had its time: answered in time, or not. */
export function evidenceOfReach(tests: readonly ReachTest[], now: Instant): NewEvidence[] {
  const tries = reachTries(tests, REACHED_WITHIN_MS, now).toSorted((a, b) => b.sentAt - a.sentAt)
  return [...Map.groupBy(tries, ({ person }) => person).values()].flatMap(([last]): NewEvidence[] => {
    if (last === undefined) return []
    const { person, sentAt, tookMs, channels } = last
    return [
      {
        kind: 'person-reached',
        subject: `person:${person}`,
        at: sentAt,
        outcome: tookMs === undefined ? 'failed' : 'held',
        because:
          tookMs === undefined
            ? `A test notice was not answered within ${spanInWords(REACHED_WITHIN_MS)}.`
            : `A test notice was answered after ${spanInWords(tookMs)}.`,
        measured: [
          ...(tookMs === undefined ? [] : [{ what: 'answered in', value: Math.round(tookMs / SECOND), unit: 's' }]),
          { what: 'channels', value: channels.join(', '), unit: 'text' },
        ],
        people: [person],
      },
    ]
  })
}

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
