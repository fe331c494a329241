import { spanInWords } from '../../../base/ago.ts'
import { type Instant, MINUTE, SECOND } from '../../../base/time.ts'
import type { ReachTest } from '../../../monitor/reached.ts'
import type { Notice } from '../../../monitor/store.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'

/** Who answers later than this was not there when it mattered. */
const ANSWER_WITHIN = 15 * MINUTE

/** Each person's last test notice that has had its time: answered, or not. The channels of one test are one try. */
export function evidenceOfReach(tests: readonly ReachTest[], now: Instant): NewEvidence[] {
  const byPerson = Map.groupBy(tests, ({ person }) => person)
  return [...byPerson].flatMap(([person, its]): NewEvidence[] => {
    const tries = [...Map.groupBy(its, ({ sentAt }) => sentAt)]
      .map(([sentAt, all]) => {
        const answers = all.flatMap(({ answeredAt }) => answeredAt ?? [])
        return { sentAt, tookMs: answers.length === 0 ? undefined : Math.min(...answers) - sentAt, all }
      })
      .filter(({ sentAt, tookMs }) => tookMs !== undefined || now - sentAt > ANSWER_WITHIN)
      .toSorted((a, b) => b.sentAt - a.sentAt)
    const [last] = tries
    if (last === undefined) return []
    const { sentAt, tookMs } = last
    const inTime = tookMs !== undefined && tookMs <= ANSWER_WITHIN
    return [
      {
        kind: 'person-reached',
        subject: `person:${person}`,
        at: sentAt,
        outcome: inTime ? 'held' : 'failed',
        because:
          tookMs === undefined
            ? 'A test notice stayed without an answer.'
            : `A test notice was answered after ${spanInWords(tookMs)}${inTime ? '' : ', too late to count'}.`,
        measured: [
          ...(tookMs === undefined ? [] : [{ what: 'answered in', value: Math.round(tookMs / SECOND), unit: 's' }]),
          { what: 'channels', value: last.all.map(({ channel }) => channel).join(', '), unit: 'text' },
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
