import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Act, AuditLine } from '../../access/access.ts'
import { csrfFault } from '../../access/csrf.ts'
import { grantsAllow } from '../../access/may.ts'
import { newToken } from '../../access/secret.ts'
import type { Html } from '../../look/html.ts'
import type { Desk } from '../desk/desk.ts'
import { type Guest, guestOf, judge } from '../desk/gate.ts'
import { agesOf } from '../pages/age.ts'
import type { Surroundings } from '../pages/frame.ts'
import { refusalPage } from '../pages/plain-pages.ts'
import type { Session } from '../unlock/sessions.ts'

export type Env = {
  Variables: {
    desk: Desk
    session: Session | undefined
    guest: Guest | undefined
    /** The word that forms carry before anybody is signed in. */
    formWord: string
    /** What was posted. */
    posted: { [name: string]: string }
  }
}

export type Visit = Context<Env>

/** Sites of a sample practice share a host, and browsers tell cookies apart by host alone: the name carries the site. */
export function sessionCookie(desk: Desk): string {
  return `holdfast_${desk.facts.siteId}`
}

/** Finds who is there. A page that refreshes itself does not count as somebody being there. */
export function whoIsThere(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { desk } = c.var
    const itself = c.req.header('x-live') === '1' || c.req.path === '/live'
    const token = getCookie(c, sessionCookie(desk))
    const session = desk.sessions.find(token, desk.settings().idleLockMs, !itself)
    const guest = session === undefined ? undefined : guestOf(desk, session)
    c.set('session', guest === undefined ? undefined : session)
    c.set('guest', guest)
    return next()
  }
}

/** Reads what was posted, and refuses what another page sent. */
export function onlyOurForms(): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method !== 'POST') return next()
    const body = await c.req.parseBody({ all: true })
    // Ticked boxes of one name come as lines of one value.
    const posted = Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, [value].flat().filter(isText).join('\n').slice(0, 50_000)]),
    )
    const session: Session | undefined = c.var.session
    const fault = csrfFault(
      {
        method: 'POST',
        host: c.req.header('host'),
        origin: c.req.header('origin'),
        fetchSite: c.req.header('sec-fetch-site'),
        token: posted.csrf,
      },
      session?.csrf ?? c.var.formWord,
    )
    if (fault !== undefined) return c.text(fault, 403)
    c.set('posted', posted)
    return next()
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function surroundings(c: Visit): Surroundings {
  const { desk, guest, session } = c.var
  const settings = desk.settings()
  const moment = { now: desk.clock.now(), zone: settings.zone }
  const clock = desk.clock.state()
  return {
    settings,
    moment,
    clock,
    ages: agesOf(desk.packs.freshness(), settings, { moment, clock }),
    guest:
      guest === undefined || session === undefined
        ? undefined
        : {
            name: guest.name,
            csrf: session.csrf,
            breakGlass: guest.breakGlass,
            may: (act) => grantsAllow(guest.grants, act, desk.facts.siteId),
          },
  }
}

/** Lets through who may do all of these here and now; anybody else is told why, or asked to sign in. */
export function needs(...acts: Act[]): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { desk, guest, session } = c.var
    if (guest === undefined || session === undefined) {
      const next = c.req.method === 'GET' ? `${c.req.path}${new URL(c.req.url).search}` : '/today'
      return c.redirect(`/sign-in?next=${encodeURIComponent(next)}`)
    }
    for (const act of acts) {
      const verdict = judge(desk, guest, act)
      if (verdict.opens) continue
      await desk.note({ who: guest.who, what: 'refused', about: { act, remedy: verdict.remedy }, outcome: 'refused' })
      return show(c, refusalOf(c, verdict), 403)
    }
    return next()
  }
}

function refusalOf(c: Visit, verdict: { because: string; remedy: 'role' | 'envelope' | 'pack' }): Html {
  const titles = {
    role: 'Not with your role',
    envelope: 'The data of this site is locked',
    pack: 'Nothing to read yet',
  }
  const remedies = {
    role: 'Ask somebody who has that role. What you may see stands in the menu.',
    envelope: 'Printed sheets go on working. The link “sealed envelope” stands on the page for signing in.',
    pack: 'Printed sheets go on working.',
  }
  return refusalPage(surroundings(c), {
    title: titles[verdict.remedy],
    because: verdict.because,
    remedy: remedies[verdict.remedy],
  })
}

/** Sends a page. After the time that the practice allows without anybody there, the browser leaves it by itself, with or without scripts. */
export async function show(
  c: Visit,
  body: Html,
  code: 200 | 400 | 403 | 404 | 429 | 500 | 503 = 200,
): Promise<Response> {
  const { desk, session } = c.var
  if (session !== undefined && c.req.header('x-live') !== '1') {
    const seconds = Math.ceil(desk.settings().idleLockMs / 1000) + 1
    c.header('refresh', `${seconds}; url=/sign-in?idle=1`)
  }
  return c.html(await body, code)
}

/** Writes down what is about to be shown; a page that refreshes itself is the same view. */
export async function noteView(c: Visit, what: string, about: AuditLine['about']): Promise<void> {
  const { desk, guest, session } = c.var
  if (guest === undefined || session === undefined) return
  const key = `${what} ${c.req.url}`
  if (c.req.header('x-live') === '1' && session.viewed.has(key)) return
  await desk.note({ who: guest.who, what, about, outcome: 'done' })
  session.viewed.add(key)
}

export function newFormWord(): string {
  return newToken()
}
