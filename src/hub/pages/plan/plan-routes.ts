import { Hono } from 'hono'
import { Failure } from '../../../base/failure.ts'
import { type Html, html } from '../../../look/html.ts'
import { whenInWords } from '../../../look/when.ts'
import { type PlanDocument, planDocument } from '../../../readiness/document/plan-document.ts'
import { rostersAhead } from '../../../readiness/duty/roster-ahead.ts'
import { checkPlan } from '../../../readiness/plan/check-plan.ts'
import type { PlanFiles } from '../../../readiness/readiness.ts'
import { listPlanReviews, listPlanVersions, openPlanReviews, planFilesOf } from '../../../readiness/store.ts'
import { writtenChanges } from '../../../readiness/versions/written-changes.ts'
import { closeReview } from '../../flows/keep-plan.ts'
import { type PlanNow, planNow } from '../../flows/plan-now.ts'
import { needs, refusal } from '../door.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from '../tools.ts'
import { countOf } from '../words.ts'
import { beginView } from './begin-view.ts'
import { documentView } from './document-view.ts'
import { editPages } from './edit-routes.ts'
import { planTabs } from './plan-tabs.ts'
import { printPages } from './print-routes.ts'
import { onCallNowView, rostersHeadline, rostersView } from './roster-view.ts'
import { changesView, reviewsView, versionsView } from './version-views.ts'

const AT = '/plan'
const CRUMBS = [{ href: AT, label: 'Plan' }]
const NO_SUCH = 'There is no version of that number. The versions that are kept stand under Versions.'

/** The contingency plan in force, its versions and its reviews, for everybody who works here. */
export function planPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre
  app.use('*', needs(tools, 'see-plan'))
  app.route('/print', printPages(tools))
  app.route('/edit', editPages(tools))

  app.get('/', async (c) => {
    const now = await planNow(db, clock.now())
    if (now === undefined) return begin(c)
    const { plan, complaints } = now.checked
    const body = html`${planTabs('/plan', await openPlanReviews(db))}${onCallNowView(plan, rostersAhead(plan, clock.now()))}${documentView(planDocument(now.files, plan, complaints), now.files)}`
    return shown(c, 'Contingency plan', headlineOf(now), body)
  })
  app.get('/on-call', async (c) => {
    const now = await planNow(db, clock.now())
    if (now === undefined) return begin(c)
    const { plan } = now.checked
    const rosters = rostersAhead(plan, clock.now())
    const body = html`${planTabs('/plan/on-call', await openPlanReviews(db))}${onCallNowView(plan, rosters)}${rostersView(plan, rosters, clock.now())}`
    return shown(c, 'On call', rostersHeadline(plan, rosters), body)
  })
  app.get('/versions', async (c) => {
    const versions = await listPlanVersions(db)
    const [last] = versions
    if (last === undefined) return begin(c)
    const body = html`${planTabs('/plan/versions', await openPlanReviews(db))}${versionsView(versions, momentOf(tools))}`
    const headline = `Version ${last.version} is in force: ${last.because}`
    return shown(c, 'Versions of the plan', headline, body)
  })
  app.get('/versions/:version', async (c) => {
    const number = Number(c.req.param('version'))
    const kept = (await listPlanVersions(db, 10_000)).find(({ version }) => version === number)
    if (kept === undefined) return refusal(c, tools, NO_SUCH, 404)
    const files = await planFilesOf(db, number)
    const own = read(files)
    const changes =
      number === 1
        ? html`<p>It is the first version.</p>`
        : html`<section class="stack"><h2>What it changed</h2>${changesView(writtenChanges(read(await planFilesOf(db, number - 1)), own))}</section>`
    const body = html`${planTabs('/plan/versions', await openPlanReviews(db))}${changes}<details><summary>The whole of version ${number}, as checked now</summary>${documentView(own.document, files)}</details>`
    const headline = `Kept by ${kept.keptBy}, ${whenInWords(kept.keptAt, momentOf(tools))}: ${kept.because}`
    return shown(c, `Version ${number}`, headline, body)
  })
  app.get('/changes', async (c) => {
    const [from, to] = [Number(c.req.query('from')), Number(c.req.query('to'))]
    if (!isVersion(from) || !isVersion(to)) return refusal(c, tools, NO_SUCH, 404)
    const [before, after] = await Promise.all([planFilesOf(db, from), planFilesOf(db, to)])
    if (before.size === 0 || after.size === 0) return refusal(c, tools, NO_SUCH, 404)
    const between = (await listPlanVersions(db, 10_000)).filter(
      ({ version }) => version > Math.min(from, to) && version <= Math.max(from, to),
    )
    const moment = momentOf(tools)
    const body = html`${planTabs('/plan/versions', await openPlanReviews(db))}${changesView(writtenChanges(read(before), read(after)))}<section class="stack"><h2>Kept between them</h2><ul class="points">${between.map(
      ({ version, keptBy, keptAt, because }) =>
        html`<li><a href="/plan/versions/${version}">Version ${version}</a>, ${keptBy}, ${whenInWords(keptAt, moment)}: ${because}</li>`,
    )}</ul></section>`
    return shown(c, 'What changed', `From version ${from} to version ${to}.`, body)
  })
  app.get('/reviews', (c) => reviewsShown(c, undefined))
  app.post('/reviews/:id', async (c) => {
    const mayNot = whyNot(c, 'review-plan')
    if (mayNot !== undefined) return refusal(c, tools, mayNot)
    const id = c.req.param('id')
    const outcome = (await fieldsOf(c)).text('outcome')
    if (outcome === '') return reviewsShown(c, { id, because: 'Say what you looked at, and what was changed.' })
    try {
      await closeReview(centre, id, { who: actorOf(c), outcome })
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return refusal(
        c,
        tools,
        'Somebody has looked this over already. It stands under Reviews, with what came of it.',
        409,
      )
    }
    return c.redirect(`${AT}/reviews`, 303)
  })

  async function reviewsShown(c: PageContext, wrong: { id: string; because: string } | undefined): Promise<Response> {
    const reviews = await listPlanReviews(db)
    const open = reviews.filter(({ closed }) => closed === undefined)
    const body = html`${planTabs('/plan/reviews', open.length)}${reviewsView({
      reviews,
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
      because: whyNot(c, 'review-plan'),
      wrong,
    })}`
    const headline =
      open.length === 0
        ? 'No system waits for somebody to look whether the plan still holds.'
        : `${countOf(open.length, 'system waits', 'systems wait')} for somebody to look whether the plan still holds.`
    return shown(c, 'Reviews', headline, body, wrong === undefined ? 200 : 400)
  }

  function read(files: PlanFiles): { document: PlanDocument; files: PlanFiles } {
    const { plan, complaints } = checkPlan(files, clock.now())
    return { document: planDocument(files, plan, complaints), files }
  }

  async function begin(c: PageContext): Promise<Response> {
    return show(c, tools, {
      title: 'Contingency plan',
      headline: 'No plan is kept yet, so nobody is on call and nothing is known of what may happen.',
      body: beginView(),
      at: AT,
      subjects: ['plan'],
    })
  }

  function shown(
    c: PageContext,
    title: string,
    headline: string,
    body: Html,
    status: 200 | 400 = 200,
  ): Promise<Response> {
    const crumbs = title === 'Contingency plan' ? {} : { crumbs: CRUMBS }
    return show(c, tools, { title, headline, body, ...crumbs, at: AT, status, subjects: ['plan'] })
  }

  function headlineOf({ version, checked }: PlanNow): string {
    const { faults, blanks, warnings } = checked
    const wrong = [
      faults === 0 ? '' : countOf(faults, 'thing is wrong', 'things are wrong'),
      blanks === 0 ? '' : `${countOf(blanks, 'blank', 'blanks')} still to be written`,
      warnings === 0 ? '' : countOf(warnings, 'thing to look at', 'things to look at'),
    ].filter((one) => one !== '')
    const said =
      wrong.length === 0
        ? 'The check finds nothing wrong and nothing blank.'
        : `The check says, beside each place: ${wrong.join(', ')}.`
    return `Version ${version.version} is in force, kept by ${version.keptBy}, ${whenInWords(version.keptAt, momentOf(tools))}. ${said}`
  }
  return app
}

function isVersion(asked: number): boolean {
  return Number.isInteger(asked) && asked > 0 && asked < 2 ** 31
}
