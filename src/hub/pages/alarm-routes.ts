import { Hono } from 'hono'
import { mayAnywhere, whoMay } from '../../access/may.ts'
import { DAY } from '../../base/time.ts'
import { timeOfDay } from '../../base/zone.ts'
import { escalationsOf, linesOf, reachTests } from '../../monitor/escalation/store.ts'
import type { EscalationEvent, EscalationPlan, EscalationState } from '../../monitor/escalation.ts'
import { wiringOf } from '../../monitor/failing.ts'
import { windows } from '../../monitor/maintenance/store.ts'
import { heldBack } from '../../monitor/maintenance.ts'
import { dependencyMap } from '../../monitor/map-store/store.ts'
import type { Alarm } from '../../monitor/monitor.ts'
import { REACHED_WITHIN_MS, reachedByHour } from '../../monitor/reached.ts'
import { recentAlarms, recentNotices } from '../../monitor/store.ts'
import { auditLine } from '../flows/centre.ts'
import { moveOn } from '../flows/escalate.ts'
import { escalationNow } from '../flows/plan-escalation.ts'
import { alarmsHeadline, alarmsPage, openFirst } from './alarm-views.ts'
import type { Asked } from './asked-views.ts'
import { needs, refusal } from './door.ts'
import { actorOf, momentOf, type PageContext, type PageEnv, type PageTools, show } from './tools.ts'
import { listInWords } from './words.ts'

const AT = '/alarms'
/** Evidence of half a year says who can be reached; all of it is kept. */
const TESTS_OF_MS = 180 * DAY

export function alarmPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock, practice } = centre
  app.use('*', needs(tools, 'see-sites'))
  app.get('/', async (c) => {
    const alarms = await recentAlarms(db, 40)
    const { targets } = centre
    const escalation = await escalationNow(centre)
    const open = openFirst(alarms)
    const now = clock.now()
    const mayNot = mayAnywhere(c.var.viewer.person, 'take-alarms') ? undefined : whoMay('take-alarms')
    const body = alarmsPage({
      alarms,
      notices: await recentNotices(db, 20),
      moment: momentOf(tools),
      targets: targets.email || targets.webhooks.length > 0 || escalation !== undefined,
      asked: await askedOf(open, escalation, mayNot),
      held: await heldOf(open, now),
      reachPlan: tools.reachPlan,
      reached: reachedByHour(await reachTests(db, now - TESTS_OF_MS), practice.zone, REACHED_WITHIN_MS, now),
      nameOf: (id) => nameOf(escalation, id),
      csrf: c.var.viewer.session.csrf,
    })
    return show(c, tools, { title: 'Alarms', headline: alarmsHeadline(open), body, at: AT, subjects: ['alarms'] })
  })
  app.post('/:id/take', needs(tools, 'take-alarms'), (c) => moved(c, c.req.param('id'), 'acknowledge'))
  app.post('/:id/hand-on', needs(tools, 'take-alarms'), (c) => moved(c, c.req.param('id'), 'hand-on'))
  return app

  async function moved(c: PageContext, alarmId: string, type: EscalationEvent['type'] & ('acknowledge' | 'hand-on')) {
    const { login, name } = c.var.viewer.person
    const by = (await escalationNow(centre))?.people.find((one) => one.id === login)?.id ?? name
    const because = await db.transaction().execute(async (together) => {
      const fault = await moveOn({ ...centre, db: together }, alarmId, { type, by }, tools.hubUrl)
      if (fault !== undefined) return fault
      const what = type === 'acknowledge' ? 'alarm-taken' : 'alarm-handed-on'
      await centre.audit(together, [auditLine(centre, actorOf(c), what, { alarm: alarmId })])
      return undefined
    })
    return because === undefined ? c.redirect(AT, 303) : refusal(c, tools, because, 409)
  }

  function nameOf(escalation: EscalationPlan | undefined, id: string): string {
    return escalation?.people.find((one) => one.id === id)?.name ?? id
  }

  async function askedOf(
    open: readonly Alarm[],
    escalation: EscalationPlan | undefined,
    mayNot: string | undefined,
  ): Promise<Map<string, Asked>> {
    const kept = await escalationsOf(
      db,
      open.map(({ id }) => id),
    )
    const asked = new Map<string, Asked>()
    for (const [alarmId, { state }] of kept)
      asked.set(alarmId, { state, lines: await linesOf(db, alarmId), who: whoOf(state, escalation), mayNot })
    return asked
  }

  function whoOf(state: EscalationState, escalation: EscalationPlan | undefined): string {
    if (state.status === 'acknowledged') return nameOf(escalation, state.by)
    if (state.status !== 'telling') return ''
    return listInWords((escalation?.steps[state.step]?.people ?? []).map((id) => nameOf(escalation, id)))
  }

  async function heldOf(open: readonly Alarm[], now: number): Promise<Map<string, string>> {
    const map = await dependencyMap(db)
    const wiring = map === undefined ? undefined : wiringOf(map)
    const kept = await windows(db)
    return new Map(
      open.flatMap((alarm): [string, string][] => {
        const holding = alarm.toldAt === undefined ? heldBack(kept, alarm.key, now, wiring) : undefined
        if (holding === undefined) return []
        return [[alarm.id, `Maintenance until ${timeOfDay(holding.until, practice.zone)}: ${holding.window.name}.`]]
      }),
    )
  }
}
