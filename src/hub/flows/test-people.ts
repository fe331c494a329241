import { DAY, MINUTE } from '../../base/time.ts'
import { reachTests } from '../../monitor/escalation/store.ts'
import { testNotice } from '../../monitor/notice.ts'
import { dueForTest, type ReachPlan } from '../../monitor/reach-tests/reach-plan.ts'
import { judgedSince, noteJudged } from '../../monitor/reach-tests/store.ts'
import { type ReachTry, reachTries } from '../../monitor/reached.ts'
import type { NewEvidence } from '../../readiness/evidence/record.ts'
import { auditLine, type Centre } from './centre.ts'
import { putPersonalTests } from './deliver-notice.ts'
import { putEvidence } from './keep-evidence.ts'
import { escalationNow } from './plan-escalation.ts'

/** A year of tests says at which hours somebody was tried. */
const TESTS_OF_MS = 400 * DAY
/** Within this time somebody who is called at night has to say that they are there. */
export const REACHED_WITHIN_MS = 10 * MINUTE

/** Puts a test into the outbox for everybody whose turn it is; gives who. By one hub at a time: the caller takes the turn. */
export async function testPeopleWhenDue(centre: Centre, plan: ReachPlan): Promise<string[]> {
  const { db, clock, practice } = centre
  const now = clock.now()
  const people = (await escalationNow(centre))?.people ?? []
  const due = dueForTest(people, await reachTests(db, now - TESTS_OF_MS), plan, practice.zone, now)
  if (due.length === 0) return []
  await db.transaction().execute(async (together) => {
    const text = testNotice(now, practice, 'the hub, as the practice has decided')
    await putPersonalTests({ ...centre, db: together }, together, text, due)
    await centre.audit(together, [auditLine(centre, { program: 'hub' }, 'people-tested', { people: due.join(' ') })])
    await centre.changed(together, ['alarms'])
  })
  return due
}

/** Makes evidence of every test that was answered, or has had its time; gives how many. Each becomes evidence once. */
export async function keepReachEvidence(centre: Centre): Promise<number> {
  const { db, clock } = centre
  const now = clock.now()
  const since = now - TESTS_OF_MS
  const judged = await judgedSince(db, since)
  const tries = reachTries(await reachTests(db, since), REACHED_WITHIN_MS, now)
  let kept = 0
  for (const one of tries.filter(({ person, sentAt }) => !judged.has(`${person} ${sentAt}`)))
    kept += await db.transaction().execute(async (together) => {
      if (!(await noteJudged(together, one.person, one.sentAt))) return 0
      await putEvidence({ ...centre, db: together }, [reachEvidence(one)], { program: 'hub' })
      return 1
    })
  return kept
}

function reachEvidence({ person, sentAt, channels, tookMs }: ReachTry): NewEvidence {
  const by = channels.join(', ')
  return {
    kind: 'person-reached',
    subject: `person:${person}`,
    at: sentAt,
    outcome: tookMs === undefined ? 'failed' : 'held',
    because:
      tookMs === undefined
        ? `A test by ${by} was not answered within ${REACHED_WITHIN_MS / MINUTE} min.`
        : `A test by ${by} was answered in time.`,
    measured: tookMs === undefined ? [] : [{ what: 'answered after', value: tookMs, unit: 'ms' }],
    people: [person],
  }
}
