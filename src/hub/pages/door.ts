import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Act } from '../../access/access.ts'
import { csrfFault } from '../../access/csrf.ts'
import { mayAnywhere, whoMay } from '../../access/may.ts'
import { personById } from '../../access/people/store.ts'
import { sessionOf } from '../../access/sessions/store.ts'
import { html } from '../../look/html.ts'
import { page } from '../../look/page.ts'
import { fieldsOf, type PageContext, type PageEnv, type PageTools, show } from './tools.ts'

/** Over TLS the cookie can only travel over TLS, and no page beside ours can set it. */
const names = (c: Context): { name: string; secure: boolean } => {
  const secure = new URL(c.req.url).protocol === 'https:'
  return { name: secure ? '__Host-holdfast' : 'holdfast', secure }
}

export function keepSession(c: Context, token: string): void {
  const { name, secure } = names(c)
  setCookie(c, name, token, { httpOnly: true, sameSite: 'Lax', secure, path: '/' })
}

export function dropSession(c: Context): void {
  const { name, secure } = names(c)
  deleteCookie(c, name, { path: '/', secure })
}

/** Who is signed in, or the way to the sign-in page; and nothing changes without the session's own word. */
export function door(tools: PageTools): MiddlewareHandler<PageEnv> {
  return async (c, next) => {
    const token = getCookie(c, names(c).name)
    const byPerson = c.req.header('x-live') === undefined && c.req.path !== '/live'
    const { db, clock } = tools.centre
    const session = token === undefined ? undefined : await sessionOf(db, token, clock, { byPerson })
    const person = session === undefined ? undefined : await personById(db, session.personId)
    if (session === undefined || person?.status !== 'active') {
      if (c.req.path === '/live') return c.text('Nobody is signed in.', 401)
      const back = c.req.method === 'GET' ? `?to=${encodeURIComponent(new URL(c.req.url).pathname)}` : ''
      return c.redirect(`/sign-in${back}`, 303)
    }
    c.set('viewer', { person, session })
    const fault = csrfFault(await asked(c), session.csrf)
    return fault === undefined ? next() : refusal(c, tools, fault)
  }
}

/** Posts of who is not signed in yet must come from our own page too. */
export function sameOrigin(tools: PageTools): MiddlewareHandler {
  return async (c, next) => {
    const fault = csrfFault(await asked(c), undefined)
    if (fault === undefined) return next()
    const text = await page({
      title: 'Nothing was changed',
      body: html`<p>${fault}</p>`,
      centred: true,
      sample: tools.centre.sample,
    })
    return c.html(String(text), 403)
  }
}

/** A page that needs an act anywhere; what it shows of single sites is its own business. */
export function needs(tools: PageTools, act: Act): MiddlewareHandler<PageEnv> {
  return async (c, next) =>
    mayAnywhere(c.var.viewer.person, act) ? next() : refusal(c, tools, `You cannot open this page. ${whoMay(act)}`)
}

export function refusal(
  c: PageContext,
  tools: PageTools,
  because: string,
  status: 400 | 403 | 404 | 409 = 403,
): Promise<Response> {
  const title = {
    400: 'That did not work',
    403: 'Not for you',
    404: 'There is nothing here',
    409: 'That did not work',
  }[status]
  return show(c, tools, { title, headline: because, body: html`<p><a href="/">Back to the sites</a></p>`, status })
}

async function asked(c: Context) {
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(c.req.header('content-type') ?? '')
  const posted = !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)
  return {
    method: c.req.method,
    host: c.req.header('host'),
    origin: c.req.header('origin'),
    fetchSite: c.req.header('sec-fetch-site'),
    token: posted && isForm ? (await fieldsOf(c)).text('csrf') : undefined,
  }
}
