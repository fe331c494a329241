import { type Context, Hono } from 'hono'
import { button } from '../../look/form.ts'
import { type Html, html } from '../../look/html.ts'
import { page } from '../../look/page.ts'
import { answerNotice, type Link, readLink } from '../flows/answer-notice.ts'
import type { PageEnv, PageTools } from './tools.ts'

/**
 * The page behind the link of a notice. Opening it changes nothing, since programs look at links in mails before people do; the button does. Nobody
 * signs in: who holds the link is whom it was sent to.
 */
export function takePages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  app.get('/:token', async (c) => {
    const link = await readLink(centre, c.req.param('token'))
    return shown(c, titleOf(link), bodyOf(link), link.is === 'unknown' ? 404 : 200)
  })
  app.post('/:token', async (c) => {
    const because = await answerNotice(centre, c.req.param('token'), tools.hubUrl)
    return because === undefined
      ? shown(c, 'Thank you', html`<p>It is written down. Whoever looks at the hub’s pages sees it.</p>`, 200)
      : shown(c, 'That did not work', html`<p>${because}</p>`, 409)
  })
  return app

  async function shown(c: Context, title: string, body: Html, status: 200 | 404 | 409): Promise<Response> {
    return c.html(String(await page({ title, body, centred: true, sample: centre.sample })), status)
  }
}

function titleOf(link: Link): string {
  if (link.is === 'alarm') return link.alarm.cause.headline
  return link.is === 'test' ? 'A test of notices' : 'This link does not work'
}

function bodyOf(link: Link): Html {
  if (link.is === 'unknown') return html`<p>It is not one of ours. Look at the message again.</p>`
  if (link.is === 'old') return html`<p>It is more than a day old. Sign in to the hub and look under Alarms.</p>`
  if (link.answered) return html`<p>It was used already. Thank you.</p>`
  if (link.is === 'test') return html`<p>Nothing is wrong. Say that this reached you:</p>${press('It reached me')}`
  const { cause, closedAt } = link.alarm
  if (closedAt !== undefined) return html`<p>This is over already. There is nothing to do.</p>`
  return html`<p>${cause.because}</p><p>${cause.advice}</p>${press('I take it')}`
}

function press(words: string): Html {
  return html`<form method="post">${button(words)}</form>`
}
