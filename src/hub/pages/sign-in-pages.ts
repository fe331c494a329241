import type { Context } from 'hono'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { acceptLink, claimFirstOwner, personOfLink } from '../../access/people/joining.ts'
import { type Browser, finishSignIn, type SignInAnswer, signIn } from '../../access/people/sign-in.ts'
import { endSession } from '../../access/sessions/store.ts'
import { Failure } from '../../base/failure.ts'
import { button, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { page } from '../../look/page.ts'
import { door, dropSession, keepSession, sameOrigin } from './door.ts'
import { fieldsOf, type PageEnv, type PageTools } from './tools.ts'

const TICKET = 'holdfast-ticket'
const PASSWORD_HINT =
  'At least 12 characters. Three or four words make a good one. It also unlocks the lockbox at your sites when everything else is down.'

type Wrong = readonly { field?: string; because: string }[]

export function signInPage(values: { to: string; login: string; wrong: Wrong; sampleHint: boolean }): Html {
  return html`${errorSummary(values.wrong)}${form(
    `/sign-in${values.to === '' ? '' : `?to=${encodeURIComponent(values.to)}`}`,
    '',
    html`${field({ name: 'login', label: 'Sign-in name', value: values.login, autocomplete: 'username', required: true, autofocus: values.login === '' })}
${field({ name: 'password', label: 'Password', kind: 'password', autocomplete: 'current-password', required: true })}${button('Sign in')}`,
  )}<p class="soft small">Forgotten it? Someone who looks after people here can make you a link for a new one.</p>${
    values.sampleHint
      ? html`<p class="small">In the sample practice the sign-ins stand in the window where it was started.</p>`
      : nothing
  }`
}

export function codePage(wrong: Wrong): Html {
  return html`${errorSummary(wrong)}${form(
    '/sign-in/code',
    '',
    html`${field({ name: 'code', label: 'Code', hint: 'Six digits from the authenticator on your telephone.', inputmode: 'numeric', autocomplete: 'one-time-code', code: true, required: true, autofocus: true })}${button('Sign in')}`,
  )}<p><a href="/sign-in">Begin again</a></p>`
}

export function firstOwnerPage(values: { token: string; login: string; name: string; wrong: Wrong }): Html {
  return html`<p>You are the first one here. You become an owner: you can do everything, and let others in.</p>${errorSummary(values.wrong)}${form(
    `/start/${values.token}`,
    '',
    html`${field({ name: 'name', label: 'Your name', value: values.name, autocomplete: 'name', required: true, autofocus: true })}
${field({ name: 'login', label: 'Sign-in name', hint: 'Short, without spaces. It is what you type each time.', value: values.login, autocomplete: 'username', required: true })}
${field({ name: 'password', label: 'Password', hint: PASSWORD_HINT, kind: 'password', autocomplete: 'new-password', required: true })}${button('Become the first owner')}`,
  )}`
}

export function joinPage(values: { token: string; login: string; name: string; wrong: Wrong }): Html {
  return html`<p>${values.name}, choose a password. Your sign-in name is <strong class="id">${values.login}</strong>.</p>${errorSummary(values.wrong)}${form(
    `/join/${values.token}`,
    '',
    html`<input type="text" name="username" value="${values.login}" autocomplete="username" hidden>${field({ name: 'password', label: 'New password', hint: PASSWORD_HINT, kind: 'password', autocomplete: 'new-password', required: true, autofocus: true })}${button('Set the password')}`,
  )}`
}

/** What is open to everybody: signing in, and one-time links. */
export function signInPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre
  const alone = async (c: Context, title: string, body: Html, status: 200 | 400 | 404 | 429 = 200) =>
    c.html(
      String(await page({ title, body, centred: true, sample: centre.sample, practiceName: centre.practice.name })),
      status,
    )
  const browserOf = (c: Context): Browser => ({ address: tools.addressOf(c), agent: c.req.header('user-agent') ?? '' })
  const settled = (
    c: Context,
    answer: SignInAnswer,
    again: (wrong: Wrong) => Promise<Response>,
  ): Promise<Response> | Response => {
    if (answer.outcome === 'refused' || answer.outcome === 'locked') return again([{ because: answer.because }])
    if (answer.outcome === 'second-factor') {
      setCookie(c, TICKET, answer.ticket, {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/sign-in',
        secure: isTls(c),
        maxAge: 300,
      })
      return c.redirect('/sign-in/code', 303)
    }
    keepSession(c, answer.token)
    deleteCookie(c, TICKET, { path: '/sign-in' })
    return c.redirect(ownPath(c.req.query('to')), 303)
  }

  const again = (c: Context, login: string) => (wrong: Wrong) =>
    alone(
      c,
      'Sign in',
      signInPage({ to: c.req.query('to') ?? '', login, wrong, sampleHint: centre.sample }),
      wrong.length > 0 ? 400 : 200,
    )
  app.get('/sign-in', (c) => again(c, '')([]))
  app.post('/sign-in', sameOrigin(tools), async (c) => {
    const sent = await fieldsOf(c)
    const answer = await signIn(
      db,
      { login: sent.text('login'), password: sent.all('password')[0] ?? '', ...browserOf(c) },
      clock,
    )
    return settled(c, answer, again(c, sent.text('login')))
  })
  app.get('/sign-in/code', (c) => alone(c, 'Your second key', codePage([])))
  app.post('/sign-in/code', sameOrigin(tools), async (c) => {
    const sent = await fieldsOf(c)
    const given = { ticket: getCookie(c, TICKET) ?? '', code: sent.text('code'), ...browserOf(c) }
    return settled(c, await finishSignIn(db, given, centre.root, clock), (wrong) =>
      alone(c, 'Your second key', codePage(wrong), 400),
    )
  })
  app.post('/sign-out', door(tools), async (c) => {
    await endSession(db, c.var.viewer.session.id)
    dropSession(c)
    return c.redirect('/sign-in', 303)
  })

  app.get('/start/:token', (c) =>
    alone(c, 'Set up Holdfast', firstOwnerPage({ token: c.req.param('token'), login: '', name: '', wrong: [] })),
  )
  app.post('/start/:token', sameOrigin(tools), async (c) => {
    const sent = await fieldsOf(c)
    const token = c.req.param('token')
    const given = { login: sent.text('login'), name: sent.text('name'), password: sent.all('password')[0] ?? '' }
    try {
      await claimFirstOwner(db, token, given, clock)
    } catch (thrown) {
      const wrong = [{ because: wordsOf(thrown) }]
      return alone(c, 'Set up Holdfast', firstOwnerPage({ token, login: given.login, name: given.name, wrong }), 400)
    }
    return settled(c, await signIn(db, { ...given, ...browserOf(c) }, clock), again(c, given.login))
  })

  app.get('/join/:token', async (c) => {
    const token = c.req.param('token')
    const person = await personOfLink(db, token, clock)
    if (person === undefined)
      return alone(c, 'This link is spent', html`<p>It was used already or is too old. Ask for a new one.</p>`, 404)
    return alone(c, 'Welcome', joinPage({ token, login: person.login, name: person.name, wrong: [] }))
  })
  app.post('/join/:token', sameOrigin(tools), async (c) => {
    const token = c.req.param('token')
    const password = (await fieldsOf(c)).all('password')[0] ?? ''
    const person = await personOfLink(db, token, clock)
    try {
      const joined = await acceptLink(db, token, password, clock)
      centre.publishSoon()
      return settled(
        c,
        await signIn(db, { login: joined.login, password, ...browserOf(c) }, clock),
        again(c, joined.login),
      )
    } catch (thrown) {
      const wrong = [{ because: wordsOf(thrown) }]
      return alone(c, 'Welcome', joinPage({ token, login: person?.login ?? '', name: person?.name ?? '', wrong }), 400)
    }
  })
  return app
}

function isTls(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:'
}

/** Only a path of ours is gone back to. */
function ownPath(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])[\w/.-]*$/.test(to) ? to : '/'
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.message
  throw thrown
}
