import { hkdfSync } from 'node:crypto'
import { DAY } from '../../base/time.ts'
import { answerToken, readAnswerToken } from '../../monitor/answer-link.ts'
import { answerable, noteAnswered } from '../../monitor/escalation/store.ts'
import type { Alarm } from '../../monitor/monitor.ts'
import { alarmOfId, type Notice } from '../../monitor/store.ts'
import { auditLine, type Centre } from './centre.ts'
import { moveOn } from './escalate.ts'

const GOOD_FOR_MS = DAY

/** The path by which the one person whom a notice went to takes it; undefined when it goes to nobody in particular, or nothing is left to take. */
export function answerPath(
  centre: Pick<Centre, 'keys'>,
  notice: Pick<Notice, 'id' | 'madeAt' | 'person' | 'text'>,
): string | undefined {
  if (notice.person === undefined || notice.text.kind === 'over') return undefined
  return `/take/${answerToken(linkKey(centre), notice.id, notice.madeAt + GOOD_FOR_MS)}`
}

export type Link =
  | { is: 'unknown' }
  | { is: 'old' }
  | { is: 'test'; noticeId: string; person: string; answered: boolean }
  | { is: 'alarm'; noticeId: string; person: string; alarm: Alarm; answered: boolean }

/** What a link is for, without using it. */
export async function readLink(centre: Centre, token: string): Promise<Link> {
  const read = readAnswerToken(linkKey(centre), token, centre.clock.now())
  if (read.is !== 'good') return { is: read.is }
  const notice = await answerable(centre.db, read.noticeId)
  if (notice === undefined) return { is: 'unknown' }
  const { id: noticeId, person } = notice
  const answered = notice.answeredAt !== undefined
  if (notice.kind === 'test') return { is: 'test', noticeId, person, answered }
  const alarm = await alarmOfId(centre.db, notice.alarmId)
  return alarm === undefined ? { is: 'unknown' } : { is: 'alarm', noticeId, person, alarm, answered }
}

/** Uses a link: the person takes the alarm, or was reached by the test. Gives why not, in words; undefined when it is done. */
export async function answerNotice(centre: Centre, token: string, hubUrl: string): Promise<string | undefined> {
  const link = await readLink(centre, token)
  if (link.is === 'unknown') return 'This link is not one of ours.'
  if (link.is === 'old') return 'This link is more than a day old. Sign in to the hub and look under Alarms.'
  return centre.db.transaction().execute(async (together) => {
    const inside = { ...centre, db: together }
    if (!(await noteAnswered(together, link.noticeId, centre.clock.now()))) return 'This link was used already.'
    if (link.is === 'alarm') {
      const fault = await moveOn(inside, link.alarm.id, { type: 'acknowledge', by: link.person }, hubUrl)
      if (fault !== undefined) return fault
    }
    const about = link.is === 'alarm' ? { alarm: link.alarm.id, person: link.person } : { person: link.person }
    await centre.audit(together, [auditLine(centre, { program: 'answer link' }, `${link.is}-answered`, about)])
    await centre.changed(together, ['alarms'])
    return undefined
  })
}

function linkKey({ keys }: Pick<Centre, 'keys'>): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', keys.identity, '', 'holdfast answer links', 32))
}
