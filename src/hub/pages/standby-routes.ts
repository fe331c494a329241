import { Hono } from 'hono'
import { DAY } from '../../base/time.ts'
import { toTheSecond } from '../../look/when.ts'
import { lossAfterCrash, lossInWords } from '../../monitor/standby/after-crash.ts'
import {
  forgetPair,
  lagSteps,
  lastHeardOfStandby,
  looksKept,
  oldestLookAt,
  samplesKept,
} from '../../monitor/standby/store.ts'
import { statusChanges } from '../../monitor/store.ts'
import { auditLine } from '../flows/centre.ts'
import { pairNow, subjectOf } from '../flows/watch-standbys.ts'
import { needs, refusal } from './door.ts'
import {
  lagSpanOf,
  type Pair,
  pairHeadline,
  standbyDetailPage,
  standbyHeadline,
  standbyListPage,
} from './standby-views.ts'
import { actorOf, momentOf, type PageEnv, type PageTools, show, whyNot } from './tools.ts'

const AT = '/standby'
const NO_SUCH = 'No standby of that name is configured.'

/** Whether the standbys have what their primaries wrote. */
export function standbyPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const pairs: Pair[] = []
    for (const one of tools.standbys) pairs.push(await withState(one))
    const body = standbyListPage(pairs, momentOf(tools))
    return show(c, tools, { title: 'Standby', headline: standbyHeadline(pairs), body, at: AT, subjects: ['standbys'] })
  })
  app.get('/:id', async (c) => {
    const one = configured(c.req.param('id'))
    if (one === undefined) return refusal(c, tools, NO_SUCH, 404)
    const moment = momentOf(tools)
    const pair = await withState(one)
    const { from, stepMs } = lagSpanOf(await oldestLookAt(db, one.id), moment.now)
    const body = standbyDetailPage({
      pair,
      steps: await lagSteps(db, one.id, from, stepMs),
      loss: await lossOf(one.id),
      changes: await statusChanges(db, subjectOf(one.id), 30),
      moment,
      csrf: c.var.viewer.session.csrf,
      whyNotAct: whyNot(c, 'change-settings'),
    })
    return show(c, tools, {
      title: one.name,
      headline: pairHeadline(pair),
      body,
      crumbs: [{ href: AT, label: 'Standby' }],
      at: AT,
      subjects: [subjectOf(one.id)],
    })
  })
  app.post('/:id/ask', async (c) => {
    const because = whyNot(c, 'change-settings')
    if (because !== undefined) return refusal(c, tools, because)
    const one = configured(c.req.param('id'))
    if (one === undefined) return refusal(c, tools, NO_SUCH, 404)
    tools.standbysAtWork.lookSoon(one.id)
    return c.redirect(`${AT}/${one.id}`, 303)
  })
  app.post('/:id/anew', async (c) => {
    const because = whyNot(c, 'change-settings')
    if (because !== undefined) return refusal(c, tools, because)
    const one = configured(c.req.param('id'))
    if (one === undefined) return refusal(c, tools, NO_SUCH, 404)
    await db.transaction().execute(async (together) => {
      await forgetPair(together, one.id)
      await centre.audit(together, [auditLine(centre, actorOf(c), 'standby-made-anew', { standby: one.id })])
    })
    tools.standbysAtWork.lookSoon(one.id)
    return c.redirect(`${AT}/${one.id}`, 303)
  })

  type Configured = PageTools['standbys'][number]
  const configured = (id: string): Configured | undefined => tools.standbys.find((one) => one.id === id)
  const withState = async ({ id, name, engine, everyMs }: Configured): Promise<Pair> => ({
    id,
    name,
    engine,
    everyMs,
    state: await pairNow(centre, id),
  })
  /** When the primary last answered stands for the end: nothing that is known was written on it later. */
  const lossOf = async (id: string): Promise<string[]> => {
    const [newest] = await looksKept(db, id, 1)
    const lastHeard = await lastHeardOfStandby(db, id)
    const primaryAnsweredAt = (await pairNow(centre, id))?.primaryAnsweredAt
    const loss = lossAfterCrash({
      samples: await samplesKept(db, id, centre.clock.now() - DAY),
      lastHeard: lastHeard === undefined ? undefined : { ...lastHeard, atWork: newest?.atWork ?? lastHeard.atWork },
      endedAt: primaryAnsweredAt,
      primaryAnsweredAt,
    })
    const moment = momentOf(tools)
    return lossInWords(loss, (at) => toTheSecond(at, moment))
  }
  return app
}
