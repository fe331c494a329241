import { Hono } from 'hono'
import { mayAnywhere } from '../../access/may.ts'
import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'
import { DAY, HOUR } from '../../base/time.ts'
import { locationsSeen } from '../../chart/visits/store.ts'
import type { SourceSignal } from '../../connect/ehr.ts'
import { statusChanges } from '../../monitor/store.ts'
import { auditLine } from '../flows/centre.ts'
import { dismissQuarantined } from '../flows/dismiss-quarantined.ts'
import { standing } from '../flows/watch-freshness.ts'
import { whyNotDecide } from '../held/who-decides.ts'
import { sites } from '../sites/store.ts'
import { asideReasons, keptAside, readsSince, sourceStates } from '../sources/store.ts'
import { needs, refusal } from './door.ts'
import { asidePage, type SourceLine, sourceDetailPage, sourceListPage, sourcesHeadline } from './source-views.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from './tools.ts'

const AT = '/sources'
const CRUMBS = [{ href: AT, label: 'Sources' }]

export function sourcePages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const lines = await linesNow()
    const body = sourceListPage({ lines, moment: momentOf(tools) })
    return show(c, tools, { title: 'Sources', headline: sourcesHeadline(lines), body, at: AT, subjects: ['sources'] })
  })
  app.get('/:id', (c) => detail(c, undefined))
  app.post('/:id/probe', async (c) => {
    const because = whyNot(c, 'change-settings')
    return because === undefined ? detail(c, await tools.atWork.probe(c.req.param('id'))) : refusal(c, tools, because)
  })
  app.post('/:id/read', async (c) => {
    const because = whyNot(c, 'change-settings')
    if (because !== undefined) return refusal(c, tools, because)
    const id = c.req.param('id')
    return tools.atWork.readSoon(id)
      ? c.redirect(`${AT}/${id}`, 303)
      : refusal(c, tools, 'There is no such source.', 404)
  })
  app.get('/:id/aside', needs(tools, 'see-set-aside'), async (c) => {
    const line = (await linesNow()).find(({ state }) => state.sourceId === c.req.param('id'))
    if (line === undefined) return refusal(c, tools, 'There is no such source.', 404)
    const records = await keptAside(db, line.state.sourceId, 200)
    await centre.audit(db, [
      auditLine(centre, actorOf(c), 'set-aside-viewed', { sourceId: line.state.sourceId, records: records.length }),
    ])
    const body = asidePage({
      state: line.state,
      records,
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
      whyNotDismiss: whyNotDecide(c.var.viewer.person, 'patients'),
    })
    return show(c, tools, {
      title: `Quarantined records of ${line.state.name}`,
      body,
      crumbs: [...CRUMBS, { href: `${AT}/${line.state.sourceId}`, label: line.state.name }],
      at: AT,
    })
  })

  app.post('/:id/aside', needs(tools, 'see-set-aside'), async (c) => {
    const sourceId = c.req.param('id')
    const { text } = await fieldsOf(c)
    const [key, decision] = [text('key'), text('decision')]
    if (decision !== 'dismiss' && decision !== 'undo') return refusal(c, tools, 'There is no such decision.', 404)
    const reason = text(`reason-${sha256Hex(key).slice(0, 8)}`)
    try {
      const outcome = await dismissQuarantined(centre, actorOf(c), { sourceId, key, decision, reason })
      if (outcome === 'done') return c.redirect(`${AT}/${sourceId}/aside`, 303)
      return outcome === 'not-allowed'
        ? refusal(c, tools, 'You cannot decide this. Nothing was changed.')
        : refusal(c, tools, 'It is not there any more, or it was decided meanwhile. Nothing was changed.', 409)
    } catch (thrown) {
      if (thrown instanceof Failure) return refusal(c, tools, thrown.message, 409)
      throw thrown
    }
  })

  async function linesNow(): Promise<SourceLine[]> {
    const now = await standing(centre, tools.watched())
    const watched = new Map(tools.watched().map((one) => [one.id, one]))
    return (await sourceStates(db)).flatMap((state) => {
      const status = now.sources.get(state.sourceId)
      const everyMs = watched.get(state.sourceId)?.everyMs
      return status === undefined || everyMs === undefined ? [] : [{ state, status, everyMs }]
    })
  }

  async function detail(c: PageContext, probe: SourceSignal | undefined): Promise<Response> {
    const line = (await linesNow()).find(({ state }) => state.sourceId === c.req.param('id'))
    if (line === undefined) return refusal(c, tools, 'There is no such source.', 404)
    const moment = momentOf(tools)
    const id = line.state.sourceId
    const working = (await sites(db)).filter(({ status }) => status !== 'revoked')
    const claimed = new Set(working.flatMap(({ locationIds }) => locationIds))
    const places = await locationsSeen(db, moment.now - DAY, id)
    const body = sourceDetailPage({
      ...line,
      unclaimed: places.filter(({ locationId }) => !claimed.has(locationId)),
      reads: await readsSince(db, id, moment.now - 3 * HOUR),
      changes: await statusChanges(db, `source:${id}`, 10),
      reasons: await asideReasons(db, id),
      canary: tools.atWork.hasCanary(id),
      probe,
      moment,
      csrf: c.var.viewer.session.csrf,
      maySeeAside: mayAnywhere(c.var.viewer.person, 'see-set-aside'),
      whyNotAct: whyNot(c, 'change-settings'),
    })
    return show(c, tools, {
      title: line.state.name,
      headline: line.status.because,
      body,
      crumbs: CRUMBS,
      at: AT,
      ...(probe === undefined ? { subjects: [`source:${id}`, 'sources'] } : {}),
    })
  }
  return app
}
