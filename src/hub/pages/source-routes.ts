import { Hono } from 'hono'
import { mayAnywhere } from '../../access/may.ts'
import { Failure } from '../../base/failure.ts'
import { DAY, HOUR } from '../../base/time.ts'
import { openJoinCounts } from '../../chart/joins/store.ts'
import { locationsSeen } from '../../chart/visits/store.ts'
import type { SourceSignal } from '../../connect/ehr.ts'
import { statusChanges } from '../../monitor/store.ts'
import { auditLine } from '../flows/centre.ts'
import { dismissQuarantined } from '../flows/dismiss-quarantined.ts'
import { standing } from '../flows/watch-freshness.ts'
import { openCounts } from '../held/store.ts'
import { whyNotDecide } from '../held/who-decides.ts'
import { sites } from '../sites/store.ts'
import { asideReasons, keptAside, readsSince, sourceStates } from '../sources/store.ts'
import { needs, refusal } from './door.ts'
import { quarantinePage } from './quarantine-views.ts'
import { type SourceLine, sourceDetailPage, sourceListPage, sourcesHeadline } from './source-views.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from './tools.ts'

const AT = '/sources'
/** So many quarantined records stand on one page. */
const RECORDS = 50
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
    const { sourceId, name } = line.state
    const from = Math.max(0, Math.trunc(Number(c.req.query('from') ?? '0')) || 0)
    const records = await keptAside(db, sourceId, RECORDS + 1, from)
    const shown = records.slice(0, RECORDS)
    await centre.audit(db, [auditLine(centre, actorOf(c), 'set-aside-viewed', { sourceId, records: shown.length })])
    const body = quarantinePage({
      state: line.state,
      records: shown,
      olderHref: records.length > RECORDS ? `${AT}/${sourceId}/aside?from=${from + RECORDS}` : undefined,
      mayNot: whyNotDecide(c.var.viewer.person, 'patients'),
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
    })
    const crumbs = [...CRUMBS, { href: `${AT}/${sourceId}`, label: name }]
    return show(c, tools, { title: `Quarantined records of ${name}`, body, crumbs, at: AT })
  })
  app.post('/:id/aside', needs(tools, 'see-set-aside'), async (c) => {
    const fields = await fieldsOf(c)
    const decision = fields.text('decision')
    if (decision !== 'dismiss' && decision !== 'undo') return refusal(c, tools, 'Choose one of the buttons.', 400)
    const sourceId = c.req.param('id')
    // A key is what the source made it, with spaces at its ends too.
    const asked = { sourceId, key: fields.all('key')[0] ?? '', decision, reason: fields.text('reason') } as const
    try {
      const outcome = await dismissQuarantined(centre, actorOf(c), asked)
      if (outcome === 'done') return c.redirect(`${AT}/${sourceId}/aside`, 303)
      return outcome === 'not-allowed'
        ? refusal(c, tools, 'You cannot decide this. Nothing was changed.')
        : refusal(c, tools, 'This record is not here any more, or was decided in the meantime.', 409)
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.kind === 'permanent') return refusal(c, tools, thrown.message, 400)
      throw thrown
    }
  })

  async function linesNow(): Promise<SourceLine[]> {
    const now = await standing(centre, tools.watched())
    const watched = new Map(tools.watched().map((one) => [one.id, one]))
    const held = await heldCounts()
    return (await sourceStates(db)).flatMap((state) => {
      const status = now.sources.get(state.sourceId)
      const everyMs = watched.get(state.sourceId)?.everyMs
      return status === undefined || everyMs === undefined
        ? []
        : [{ state, status, everyMs, held: held(state.sourceId) }]
    })
  }

  async function heldCounts(): Promise<(sourceId: string) => number> {
    const counts = [...(await openCounts(db)), ...(await openJoinCounts(db))]
    return (id) => counts.reduce((sum, { sourceId, count }) => (sourceId === id ? sum + count : sum), 0)
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
