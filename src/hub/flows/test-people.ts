import { DAY } from '../../base/time.ts'
import { reachTests } from '../../monitor/escalation/store.ts'
import { testNotice } from '../../monitor/notice.ts'
import { dueForTest, type ReachPlan } from '../../monitor/reach-tests/reach-plan.ts'
import { auditLine, type Centre } from './centre.ts'
import { putPersonalTests } from './deliver-notice.ts'
import { escalationNow } from './plan-escalation.ts'

/** A year of tests says at which hours somebody was tried. */
const TESTS_OF_MS = 400 * DAY

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
