import { Hono } from 'hono'
import { stopsWait } from '../../monitor/power/next-move.ts'
import type { PowerRun } from '../../monitor/power/power.ts'
import { mainsOf, recentRuns, runOfId } from '../../monitor/power/store.ts'
import { beginDrill, settleStep } from '../flows/power-order.ts'
import { needs, refusal } from './door.ts'
import { type OrderNow, powerHeadline, powerPage, runHeadline, runPage } from './power-views.ts'
import { actorOf, fieldsOf, momentOf, type PageEnv, type PageTools, show, whyNot } from './tools.ts'

const AT = '/power'
const SHOWN = 30

/** What is done when a UPS runs on its battery: as written, as practised, as carried out. */
export function powerPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre, powerOrders } = tools
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const runs = await recentRuns(centre.db, SHOWN)
    const orders = await Promise.all(powerOrders.map((order) => orderNow(order, runs)))
    const going = runs.find(({ state }) => state.status === 'going')
    const moment = momentOf(tools)
    const { csrf } = c.var.viewer.session
    const body = powerPage({ orders, runs, moment, csrf, whyNotAct: whyNot(c, 'change-settings') })
    const headline = powerHeadline(orders, going, moment.now)
    return show(c, tools, { title: 'Power', headline, body, at: AT, subjects: ['power', 'systems'] })
  })
  app.get('/:run', async (c) => {
    const kept = await runOfId(centre.db, c.req.param('run'))
    if (kept === undefined) return refusal(c, tools, 'No order was carried out under that name.', 404)
    const { csrf } = c.var.viewer.session
    const moment = momentOf(tools)
    const waits = stopsWait(kept.run, (await mainsOf(centre.db, kept.run.orderId)).mains, moment.now)
    return show(c, tools, {
      title: `Power of ${kept.run.ups}`,
      headline: runHeadline(kept.run),
      body: runPage({ run: kept.run, stopsWait: waits }, moment, csrf, whyNot(c, 'change-settings')),
      crumbs: [{ href: AT, label: 'Power' }],
      at: AT,
      subjects: ['power'],
    })
  })
  app.post('/:order/drill', needs(tools, 'change-settings'), async (c) => {
    const order = powerOrders.find(({ id }) => id === c.req.param('order'))
    if (order === undefined) return refusal(c, tools, 'No UPS of that name has a written order.', 404)
    const begun = await beginDrill(centre, order, actorOf(c))
    if (typeof begun === 'string') return refusal(c, tools, begun, 409)
    tools.powerSoon()
    return c.redirect(`${AT}/${begun.id}`, 303)
  })
  app.post('/:run/:nth/settle', needs(tools, 'change-settings'), async (c) => {
    const done = (await fieldsOf(c)).text('how') === 'done'
    const { run: runId, nth } = c.req.param()
    const fault = await settleStep(centre, { runId, nth: Number(nth), done, by: actorOf(c) })
    return fault === undefined ? c.redirect(`${AT}/${runId}`, 303) : refusal(c, tools, fault, 409)
  })
  return app

  async function orderNow(order: OrderNow['order'], runs: readonly PowerRun[]): Promise<OrderNow> {
    const lastDrill = runs.find(
      (run) => run.orderId === order.id && run.mode === 'drill' && run.state.status !== 'going',
    )
    return { order, mains: (await mainsOf(centre.db, order.id)).mains, lastDrill }
  }
}
