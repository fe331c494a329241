import bwipjs from 'bwip-js/node'
import { Hono } from 'hono'
import type { Person } from '../../access/access.ts'
import { addressSubject } from '../../access/limits/limit.ts'
import { attemptHeld, takeAttempt } from '../../access/limits/store.ts'
import { passwordHolds } from '../../access/password.ts'
import { confirmTotp, offerTotp, removeTotp } from '../../access/people/second-factor.ts'
import { setPassword } from '../../access/people/set-password.ts'
import { secretsOf } from '../../access/people/store.ts'
import { endSessions, type Session, sessionsOf } from '../../access/sessions/store.ts'
import { Failure } from '../../base/failure.ts'
import { button, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { Wrong } from './site-forms.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show } from './tools.ts'

export function accountPage(values: {
  person: Person
  sessions: readonly Session[]
  own: string
  moment: Moment
  csrf: string
  wrong: Wrong
  done: string | undefined
}): Html {
  const { person, csrf, moment } = values
  return html`${errorSummary(values.wrong)}${values.done === undefined ? nothing : note('fine', values.done, '')}
<div class="columns"><section class="stack"><h2>Password</h2><p class="small soft">The same password unlocks the lockbox at your sites when everything else is down. They learn the new one with their next pack.</p>${form(
    '/account/password',
    csrf,
    html`<input type="text" name="username" value="${person.login}" autocomplete="username" hidden>${field({ name: 'old', label: 'Password now', kind: 'password', autocomplete: 'current-password', required: true })}${field({ name: 'new', label: 'New password', hint: 'At least 12 characters. Three or four words make a good one.', kind: 'password', autocomplete: 'new-password', required: true })}${button('Change the password')}`,
  )}</section>
<section class="stack"><h2>Authenticator</h2>${
    person.totp
      ? html`<p>${status('fine', 'in use')} Signing in here asks for a code from your telephone. Sites do not: they work without it.</p>${form('/account/totp-remove', csrf, html`${field({ name: 'old', label: 'Password', kind: 'password', autocomplete: 'current-password', required: true })}${button('Take it off', { look: 'quiet' })}`)}`
      : html`<p>${status('watch', 'not in use')} With an authenticator on your telephone, a stolen password alone does not sign in.</p>${form('/account/totp', csrf, button('Set up an authenticator', { look: 'quiet' }), 'row')}`
  }</section></div>
<section class="stack"><h2>Where you are signed in</h2>${table<Session>({
    caption: 'Sessions',
    hideCaption: true,
    rows: values.sessions,
    columns: [
      {
        heading: 'Browser',
        cell: (one) =>
          html`${browserWords(one.agent)}${one.id === values.own ? html` <span class="soft">(this one)</span>` : nothing}`,
      },
      { heading: 'From', cell: (one) => html`<span class="id">${one.address}</span>` },
      { heading: 'Signed in', cell: (one) => when(one.signedInAt, moment) },
      { heading: 'Last seen', cell: (one) => when(one.seenAt, moment) },
    ],
    empty: { heading: 'Nowhere', body: '' },
  })}${values.sessions.length > 1 ? form('/account/sign-out-others', csrf, button('Sign out everywhere else', { look: 'quiet' }), 'row') : nothing}</section>`
}

function browserWords(agent: string): string {
  const name = /(Edg|Firefox|Chrome|Safari)/.exec(agent)?.[1] ?? 'A browser'
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(agent)?.[1]
  return `${name === 'Edg' ? 'Edge' : name}${system === undefined ? '' : ` on ${system}`}`
}

/** `picture`: the QR code as an SVG data address. */
export function totpPage(values: { secret: string; picture: string; csrf: string; wrong: Wrong }): Html {
  return html`${errorSummary(values.wrong)}<ol class="stack steps"><li>Open an authenticator on your telephone and let it read this picture. <br><img class="qr" src="${values.picture}" width="200" height="200" alt="QR code for the authenticator; the same secret stands below as text"></li><li>If it cannot, type this secret: <span class="id">${values.secret.replace(/(.{4})/g, '$1 ')}</span></li><li>Type the code that it shows.</li></ol>${form(
    '/account/totp/confirm',
    values.csrf,
    html`${field({ name: 'code', label: 'Code', inputmode: 'numeric', autocomplete: 'one-time-code', code: true, required: true })}${button('Use this authenticator')}`,
  )}`
}

export function accountPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre

  app.get('/', (c) => account(c, []))
  app.post('/password', async (c) => {
    const sent = await fieldsOf(c)
    if (!(await isTheirs(c, sent.all('old')[0] ?? '')))
      return account(c, [{ field: 'old', because: 'The password of now is not right.' }])
    try {
      const { person, session } = c.var.viewer
      await setPassword(db, person, sent.all('new')[0] ?? '', { who: actorOf(c), keepSession: session.id }, clock)
    } catch (thrown) {
      return account(c, [{ field: 'new', because: wordsOf(thrown) }])
    }
    centre.publishSoon()
    return account(c, [], 'Your password was changed. Other browsers were signed out.')
  })
  app.post('/sign-out-others', async (c) => {
    await endSessions(db, c.var.viewer.person.id, { but: c.var.viewer.session.id })
    return account(c, [], 'Signed out everywhere else.')
  })

  app.post('/totp', async (c) => {
    const offer = await offerTotp(db, c.var.viewer.person, centre.practice.name, centre.root)
    return totp(c, offer, [])
  })
  app.post('/totp/confirm', async (c) => {
    const { person } = c.var.viewer
    const code = (await fieldsOf(c)).text('code')
    if (await confirmTotp(db, person, code, centre.root, clock)) return c.redirect('/account', 303)
    return totp(c, await offerTotp(db, person, centre.practice.name, centre.root), [
      {
        field: 'code',
        because: 'That code did not fit. A new secret was made: let the telephone read the picture again.',
      },
    ])
  })
  app.post('/totp-remove', async (c) => {
    const sent = await fieldsOf(c)
    if (!(await isTheirs(c, sent.all('old')[0] ?? '')))
      return account(c, [{ field: 'old', because: 'The password is not right.' }])
    await removeTotp(db, c.var.viewer.person.id, actorOf(c), clock)
    return c.redirect('/account', 303)
  })

  function totp(c: PageContext, offer: { secret: string; uri: string }, wrong: Wrong): Promise<Response> {
    const svg = bwipjs.toSVG({ bcid: 'qrcode', text: offer.uri, scale: 3, padding: 4, backgroundcolor: 'ffffff' })
    const picture = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
    const body = totpPage({ secret: offer.secret, picture, csrf: c.var.viewer.session.csrf, wrong })
    return show(c, tools, {
      title: 'Set up an authenticator',
      body,
      crumbs: [{ href: '/account', label: 'My account' }],
      status: wrong.length > 0 ? 400 : 200,
    })
  }

  async function account(c: PageContext, wrong: Wrong, done?: string): Promise<Response> {
    const { person, session } = c.var.viewer
    const sessions = await sessionsOf(db, person.id)
    const body = accountPage({
      person,
      sessions,
      own: session.id,
      moment: momentOf(tools),
      csrf: session.csrf,
      wrong,
      done,
    })
    return show(c, tools, {
      title: 'My account',
      headline: `${person.name}, signed in as ${person.login}.`,
      body,
      status: wrong.length > 0 ? 400 : 200,
    })
  }

  /** An open browser must not be enough to take the account over, nor to guess the password at leisure. */
  async function isTheirs(c: PageContext, password: string): Promise<boolean> {
    const { person } = c.var.viewer
    const subjects = [{ kind: 'account' as const, of: person.login }, addressSubject(tools.addressOf(c))]
    if (!(await takeAttempt(db, subjects, clock)).allowed) return false
    const { holds } = await passwordHolds(password, (await secretsOf(db, person.id))?.passwordHash)
    if (holds) await attemptHeld(db, subjects)
    return holds
  }
  return app
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.message
  throw thrown
}
