import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { lookRoutes } from '../../look/serve.ts'
import type { Desk } from '../desk/desk.ts'
import { enrolPage, refusalPage, revokedPage } from '../pages/plain-pages.ts'
import { doorRoutes } from './door-routes.ts'
import { secureHeaders } from './headers.ts'
import { ownRoutes } from './own-routes.ts'
import { printRoutes } from './print-routes.ts'
import { readRoutes } from './read-routes.ts'
import { type Env, newFormWord, onlyOurForms, show, surroundings, whoIsThere } from './visit.ts'

/** What the pages of a site stand on: its desk once it is enrolled, and the way to enrol it. */
export type Served = {
  desk(): Desk | undefined
  enrol(hubUrl: string, code: string): Promise<void>
  /** Names under which this machine may be addressed; anything else is a page elsewhere that points its name at us. */
  names(): readonly string[]
  hubUrl: string
  log: Log
}

export function siteApp(served: Served): Hono<Env> {
  const app = new Hono<Env>()
  app.use(
    '*',
    secureHeaders(() => served.names()),
  )
  app.route('/look', lookRoutes())
  app.use('*', bodyLimit({ maxSize: 100_000 }))

  app.use('*', async (c, next) => {
    const cookie = 'holdfast_form'
    const known = getCookie(c, cookie)
    const word = known !== undefined && /^[\w-]{43}$/.test(known) ? known : newFormWord()
    if (word !== known) setCookie(c, cookie, word, { httpOnly: true, sameSite: 'Strict', path: '/' })
    c.set('formWord', word)
    const desk = served.desk()
    if (desk === undefined) return c.req.path === '/enrol' ? next() : c.redirect('/enrol')
    c.set('desk', desk)
    if (desk.seen().revokedAt === undefined || c.req.path === '/enrol') return next()
    return c.html(await revokedPage(desk.facts.siteName), 403)
  })
  enrolRoutes(app, served)
  app.use('*', whoIsThere())
  app.use('*', onlyOurForms())
  app.route('/', doorRoutes())
  app.route('/', readRoutes())
  app.route('/', printRoutes())
  app.route('/', ownRoutes())

  app.notFound(async (c) => {
    if (served.desk() === undefined) return c.redirect('/enrol')
    const page = refusalPage(surroundings(c), {
      title: 'There is no such page',
      because: 'The address leads nowhere.',
      remedy: 'Choose from the menu above.',
    })
    return show(c, page, 404)
  })
  app.onError(async (thrown, c) => {
    const known = thrown instanceof Failure
    if (!known)
      served.log.error(
        { sort: thrown.name, because: reasonOf(thrown).slice(0, 200) },
        'a page failed in an unforeseen way',
      )
    if (c.var.desk === undefined) return c.text(reasonOf(thrown), 500)
    const page = refusalPage(surroundings(c), {
      title: 'This page cannot be shown now',
      because: known
        ? thrown.message
        : 'Holdfast failed while making this page. What failed was written to the program’s log.',
      remedy: 'Printed sheets go on working. Try again; if it stays so, tell who looks after this machine.',
    })
    return show(c, page, known && thrown.kind === 'transient' ? 503 : 500)
  })
  return app
}

function enrolRoutes(app: Hono<Env>, served: Served): void {
  const mayEnrol = (): boolean => {
    const desk = served.desk()
    return desk === undefined || desk.seen().revokedAt !== undefined
  }
  const pageOf = (c: { var: { formWord: string } }, hubUrl: string, code: string, wrong?: string) =>
    enrolPage({ csrf: c.var.formWord, hubUrl, code, wrong })
  app.get('/enrol', async (c) => (mayEnrol() ? c.html(await pageOf(c, served.hubUrl, '')) : c.redirect('/sign-in')))
  app.post('/enrol', onlyOurForms(), async (c) => {
    if (!mayEnrol()) return c.redirect('/sign-in', 303)
    const { hub = '', code = '' } = c.var.posted
    try {
      await served.enrol(hub, code)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return c.html(await pageOf(c, hub, code, thrown.message), 400)
    }
    return c.redirect('/sign-in', 303)
  })
}
