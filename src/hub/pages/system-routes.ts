import { Hono } from 'hono'
import { answerSteps, systemChanges } from '../../monitor/observations/store.ts'
import { systemsNow } from '../flows/observe-systems.ts'
import { needs, refusal } from './door.ts'
import {
  ANSWERS_SPAN_MS,
  ANSWERS_STEP_MS,
  type Answers,
  systemDetailPage,
  systemListPage,
  systemName,
  systemsHeadline,
} from './system-views.ts'
import { momentOf, type PageEnv, type PageTools, show, whyNot } from './tools.ts'

const AT = '/systems'
const NO_SUCH = 'No probe asks a system of that name.'

/** What the probes say of the systems they ask. */
export function systemPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const systems = await systemsNow(centre)
    const body = systemListPage({ systems, answers: await answersNow(), moment: momentOf(tools) })
    return show(c, tools, { title: 'Systems', headline: systemsHeadline(systems), body, at: AT, subjects: ['systems'] })
  })
  app.get('/:id', async (c) => {
    const system = await systemOf(c.req.param('id'))
    if (system === undefined) return refusal(c, tools, NO_SUCH, 404)
    const body = systemDetailPage({
      system,
      answers: await answersNow(),
      changes: await systemChanges(centre.db, system.systemId, 20),
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
      whyNotAct: whyNot(c, 'change-settings'),
    })
    return show(c, tools, {
      title: systemName(system),
      headline: system.because,
      body,
      crumbs: [{ href: AT, label: 'Systems' }],
      at: AT,
      subjects: [`system:${system.systemId}`],
    })
  })
  app.post('/:id/ask', async (c) => {
    const because = whyNot(c, 'change-settings')
    if (because !== undefined) return refusal(c, tools, because)
    const system = await systemOf(c.req.param('id'))
    if (system === undefined) return refusal(c, tools, NO_SUCH, 404)
    for (const { observer } of system.seen) tools.probesAtWork.lookSoon(observer.observerId)
    return c.redirect(`${AT}/${system.systemId}`, 303)
  })

  const systemOf = async (id: string) => (await systemsNow(centre)).find((one) => one.systemId === id)
  const answersNow = async (): Promise<Answers> =>
    Map.groupBy(
      await answerSteps(centre.db, centre.clock.now() - ANSWERS_SPAN_MS, ANSWERS_STEP_MS),
      (one) => one.observerId,
    )
  return app
}
