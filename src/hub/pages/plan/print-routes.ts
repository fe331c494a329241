import { Hono } from 'hono'
import { dayOf, timeOfDay } from '../../../base/zone.ts'
import { html } from '../../../look/html.ts'
import { page } from '../../../look/page.ts'
import { whenInWords } from '../../../look/when.ts'
import { planDocument } from '../../../readiness/document/plan-document.ts'
import { rostersAhead } from '../../../readiness/duty/roster-ahead.ts'
import { planNow } from '../../flows/plan-now.ts'
import { refusal } from '../door.ts'
import { momentOf, type PageEnv, type PageTools } from '../tools.ts'
import { documentView } from './document-view.ts'
import { onCallNowView, rostersView } from './roster-view.ts'

/** The plan as it lies on paper: whole, with the roster of the next 30 days, and on every sheet which version it is and when it was printed. */
export function printPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock, practice } = centre

  app.get('/', async (c) => {
    const at = clock.now()
    const now = await planNow(db, at)
    if (now === undefined) return refusal(c, tools, 'No plan is kept yet, so there is nothing to print.', 404)
    const { plan, complaints, faults, blanks } = now.checked
    const rosters = rostersAhead(plan, at)
    const body = html`<link rel="stylesheet" href="/plan/print/sheet.css"><p class="no-print row"><button type="button" data-print>Print it</button><a href="/plan">Back to the plan</a></p>
<p>On paper it is true as of ${dayOf(at, practice.zone)} ${timeOfDay(at, practice.zone)} (${practice.zone}). ${faults + blanks === 0 ? 'The check found nothing wrong and nothing blank.' : `The check found ${faults} wrong and ${blanks} blank; each says so at its place.`}</p>
${onCallNowView(plan, rosters)}${rostersView(plan, rosters, at)}${documentView(planDocument(now.files, plan, complaints), now.files)}`
    const title = `Contingency plan of ${plan.practice.practice.name}`
    const headline = `Version ${now.version.version}, kept by ${now.version.keptBy} ${whenInWords(now.version.keptAt, momentOf(tools))}: ${now.version.because}`
    return c.html(String(await page({ title, headline, body, practiceName: practice.name, sample: centre.sample })))
  })
  app.get('/sheet.css', async (c) => {
    const now = await planNow(db, clock.now())
    const printed = `${dayOf(clock.now(), practice.zone)} ${timeOfDay(clock.now(), practice.zone)}`
    const foot = `${practice.name}, contingency plan, version ${now?.version.version ?? 'none'}, printed ${printed} (${practice.zone})`
    const quoted = JSON.stringify(foot).replaceAll('<', '\\3c ')
    return c.body(
      `@media print{@page{margin:16mm 14mm 18mm;@bottom-left{content:${quoted};font-size:9pt}@bottom-right{content:counter(page) " of " counter(pages);font-size:9pt}}}`,
      200,
      { 'content-type': 'text/css; charset=utf-8' },
    )
  })
  return app
}
