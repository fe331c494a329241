import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { openEnvelope, type SignIn, signIn } from '../desk/sign-in.ts'
import { helpPage } from '../pages/plain-pages.ts'
import { envelopePage, signInPage } from '../pages/sign-in-page.ts'
import { type Env, sessionCookie, show, surroundings, type Visit } from './visit.ts'

/** Coming in and going out. */
export function doorRoutes(): Hono<Env> {
  const app = new Hono<Env>()

  app.get('/', (c) => c.redirect('/today'))
  app.get('/help', (c) => show(c, helpPage(surroundings(c))))

  app.get('/sign-in', async (c) => {
    const next = safeNext(c.req.query('next'))
    if (c.var.session !== undefined) return c.redirect(next)
    return show(c, signInOf(c, { next, login: '', wrong: undefined, idle: c.req.query('idle') === '1' }))
  })

  app.post('/sign-in', async (c) => {
    const { login = '', password = '', next } = c.var.posted
    const result = await signIn(c.var.desk, login, password, addressOf(c))
    if (!result.in)
      return show(c, signInOf(c, { next: safeNext(next), login, wrong: result.because, idle: false }), 403)
    return enter(c, result, safeNext(next))
  })

  app.post('/sign-out', async (c) => {
    const { desk, guest } = c.var
    const token = getCookie(c, sessionCookie(desk))
    if (token !== undefined) desk.sessions.end(token)
    if (guest !== undefined) await desk.note({ who: guest.who, what: 'site-sign-out', about: {}, outcome: 'done' })
    deleteCookie(c, sessionCookie(desk))
    return c.redirect('/sign-in', 303)
  })

  app.get('/break-glass', (c) => show(c, envelopeOf(c, { code: '', name: '', reason: '' }, undefined)))

  app.post('/break-glass', async (c) => {
    const { code = '', name = '', reason = '' } = c.var.posted
    const result = await openEnvelope(c.var.desk, { code, name, reason }, addressOf(c))
    return result.in ? enter(c, result, '/today') : show(c, envelopeOf(c, { code, name, reason }, result.because), 403)
  })
  return app
}

/** By the connection itself: headers that say otherwise are not believed. */
function addressOf(c: Visit): string {
  return getConnInfo(c).remote.address ?? 'unknown'
}

function enter(c: Visit, result: Extract<SignIn, { in: true }>, next: string): Response {
  setCookie(c, sessionCookie(c.var.desk), result.token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: new URL(c.req.url).protocol === 'https:',
  })
  return c.redirect(next, 303)
}

function signInOf(c: Visit, values: { next: string; login: string; wrong: string | undefined; idle: boolean }) {
  const { desk } = c.var
  const { people, envelopes } = desk.keys.count()
  const { panel, site } = desk.packs.manifests()
  return signInPage(surroundings(c), {
    ...values,
    state: desk.keys.state(),
    people,
    envelopes,
    csrf: c.var.formWord,
    packsHere: panel !== undefined || site !== undefined,
  })
}

function envelopeOf(c: Visit, typed: { code: string; name: string; reason: string }, wrong: string | undefined) {
  const csrf = c.var.session?.csrf ?? c.var.formWord
  return envelopePage(surroundings(c), { csrf, wrong, typed, envelopes: c.var.desk.keys.count().envelopes })
}

/** Only a page of ours may follow a sign-in. Browsers drop tabs and line ends, so that `/<tab>/elsewhere` would lead elsewhere. */
function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[!-~]*$/.test(next) && !next.startsWith('/sign-in') ? next : '/today'
}
