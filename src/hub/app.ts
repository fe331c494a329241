import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { activeOwners } from '../access/people/store.ts'
import { html } from '../look/html.ts'
import { page } from '../look/page.ts'
import { lookRoutes, PAGE_HEADERS } from '../look/serve.ts'
import { beatApi } from './api/beat-api.ts'
import type { PackFiles } from './api/send-file.ts'
import { siteApi } from './api/site-api.ts'
import { serveLive } from './live/serve-live.ts'
import { accountPages } from './pages/account-pages.ts'
import { alarmPages } from './pages/alarm-routes.ts'
import { auditPages } from './pages/audit-pages.ts'
import { door } from './pages/door.ts'
import { evidencePages } from './pages/evidence-routes.ts'
import { FORECAST, forecastPages } from './pages/forecast-routes.ts'
import { heldPages } from './pages/held/held-routes.ts'
import { helpPage } from './pages/help-page.ts'
import { maintenancePages } from './pages/maintenance-pages.ts'
import { packPages } from './pages/pack-pages.ts'
import { peoplePages } from './pages/people-routes.ts'
import { planPages } from './pages/plan/plan-routes.ts'
import { powerPages } from './pages/power-routes.ts'
import { readyPages } from './pages/ready-routes.ts'
import { settingsPages } from './pages/settings-pages.ts'
import { signInPages } from './pages/sign-in-pages.ts'
import { sitePages } from './pages/site-routes.ts'
import { sourcePages } from './pages/source-routes.ts'
import { standbyPages } from './pages/standby-routes.ts'
import { systemPages } from './pages/system-routes.ts'
import { takePages } from './pages/take-pages.ts'
import { type PageEnv, type PageTools, show } from './pages/tools.ts'
import { withoutPages } from './pages/without-routes.ts'

/** Everything that the hub answers: the sites' interface, and the pages for people. */
export function hubApp(tools: PageTools, files: PackFiles): Hono<PageEnv> {
  const { centre, live } = tools
  const app = new Hono<PageEnv>()
  app.use('*', async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(PAGE_HEADERS))
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  })
  app.onError((thrown, c) => failed(c, tools, thrown))
  // No address of ours has such a character, and no database takes it.
  app.use('*', async (c, next) => (/%00/.test(c.req.url) ? show404(c, tools) : next()))
  app.route('/look', lookRoutes())
  app.get('/health', (c) => c.json({ ok: true, now: centre.clock.now() }))
  app.get('/authority.pem', (c) =>
    c.body(centre.keys.authority.certificatePem, 200, {
      'content-type': 'application/x-pem-file',
      'content-disposition': 'attachment; filename="holdfast-authority.pem"',
    }),
  )
  app.route('/site/v1', siteApi(centre, files, live, tools.addressOf))

  const { db, clock } = centre
  const heard = (observerId: string): void => void tools.probesAtWork.lookSoon(observerId)
  app.route('/beat', beatApi({ db, clock, tokens: tools.beatTokens, heard }))

  app.use('*', bodyLimit({ maxSize: 1_000_000, onError: (c) => tooLarge(c, tools) }))
  app.get('/', async (c, next) => {
    if ((await activeOwners(centre.db)).length > 0) return next()
    const body = html`<p>Nobody can sign in yet. Open the one-time link that was printed where Holdfast was started: it makes the first owner.</p><p>Was it lost? Start Holdfast again; it prints a new one.</p>`
    return c.html(String(await page({ title: 'Not set up yet', body, centred: true, sample: centre.sample })))
  })
  app.route('/take', takePages(tools))
  app.route('/', signInPages(tools))
  app.use('*', door(tools))
  app.get('/', (c) => c.redirect('/sites', 303))
  app.get('/live', (c) => serveLive(c, live, () => true))
  app.get('/help', (c) =>
    show(c, tools, { title: 'Help', headline: 'What the words and signs mean.', body: helpPage() }),
  )
  app.route('/sites', sitePages(tools))
  app.route('/alarms/maintenance', maintenancePages(tools))
  app.route('/alarms', alarmPages(tools))
  app.route('/sources', sourcePages(tools))
  app.route('/held', heldPages(tools))
  app.route('/systems', systemPages(tools))
  app.route(FORECAST, forecastPages(tools))
  app.route('/ready/without', withoutPages(tools))
  app.route('/standby', standbyPages(tools))
  app.route('/plan', planPages(tools))
  app.route('/power', powerPages(tools))
  app.route('/ready', readyPages(tools))
  app.route('/evidence', evidencePages(tools))
  app.route('/packs', packPages(tools))
  app.route('/people', peoplePages(tools))
  app.route('/audit', auditPages(tools))
  app.route('/settings', settingsPages(tools))
  app.route('/account', accountPages(tools))
  app.notFound((c) => show404(c, tools))
  return app
}

async function show404(c: Context, tools: PageTools): Promise<Response> {
  const body = html`<p>The address leads to no page of Holdfast. <a href="/">Go to the sites</a>.</p>`
  return c.html(
    String(await page({ title: 'There is nothing here', body, centred: true, sample: tools.centre.sample })),
    404,
  )
}

async function tooLarge(c: Context, tools: PageTools): Promise<Response> {
  const body = html`<p>What was sent is larger than 1 MB, which no form here is. Nothing was changed by it.</p>`
  return c.html(
    String(await page({ title: 'That is too large', body, centred: true, sample: tools.centre.sample })),
    413,
  )
}

/** What nobody foresaw: its message may hold anything, so only its sort is logged, and its place in the program. */
async function failed(c: Context, tools: PageTools, thrown: Error): Promise<Response> {
  const place = thrown.stack
    ?.split('\n')
    .find((line) => line.includes('/src/'))
    ?.trim()
  tools.centre.log.error({ sort: thrown.name, place, path: c.req.routePath }, 'a page failed in an unforeseen way')
  const body = html`<p>This page could not be made. Nothing was changed by it, and the sites are not concerned: they go on with what they have.</p><p>Try again in a moment. If it stays so, the log of the hub says more.</p>`
  return c.html(
    String(await page({ title: 'The hub could not do this', body, centred: true, sample: tools.centre.sample })),
    500,
  )
}
