import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { csrfFault } from '../../src/access/csrf.ts'
import { reasonOf } from '../../src/base/failure.ts'
import { makeLive } from '../../src/hub/live/live.ts'
import { serveLive } from '../../src/hub/live/serve-live.ts'
import { button, form } from '../../src/look/form.ts'
import { type Html, html, nothing } from '../../src/look/html.ts'
import { page } from '../../src/look/page.ts'
import { lookRoutes, PAGE_HEADERS } from '../../src/look/serve.ts'
import { note, status } from '../../src/look/status.ts'
import { table } from '../../src/look/table.ts'
import type { Fault } from './faults.ts'

/** The sample's own page: break one thing, see what it does and what goes on working. It is no part of the product. */
export type BreakServer = { close(): Promise<void>; tell(): void }

export function serveBreakPage(options: {
  port: number
  faults: Fault[]
  hubUrl: string
  practiceName: string
}): Promise<BreakServer> {
  const { port, faults, hubUrl, practiceName } = options
  const live = makeLive()
  let failed: { title: string; because: string } | undefined
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(PAGE_HEADERS))
      if (c.res.headers.get(name) === null) c.res.headers.set(name, value)
  })
  app.route('/look', lookRoutes())
  app.get('/live', (c) => serveLive(c, live, () => true))
  app.get('/', async (c) => {
    const seen = await Promise.all(faults.map(async (fault) => ({ fault, broken: await fault.broken() })))
    return c.html(pageOf(seen, { hubUrl, practiceName, failed }))
  })
  app.post('/faults/:id/:move', async (c) => {
    const asked = {
      method: 'POST',
      host: c.req.header('host'),
      origin: c.req.header('origin'),
      fetchSite: c.req.header('sec-fetch-site'),
      token: undefined,
    }
    const refused = csrfFault(asked, undefined)
    if (refused !== undefined) return c.text(refused, 403)
    const fault = faults.find((one) => one.id === c.req.param('id'))
    const move = c.req.param('move')
    if (fault === undefined || (move !== 'break' && move !== 'mend'))
      return c.text('There is no such thing to break.', 404)
    failed = undefined
    try {
      await fault[move]()
    } catch (thrown) {
      failed = { title: fault.title, because: reasonOf(thrown) }
    }
    live.tell(['faults'])
    return c.redirect(`/#${fault.id}`, 303)
  })
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () =>
      resolve({
        tell: () => live.tell(['faults']),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      }),
    )
    server.once('error', reject)
  })
}

type Seen = { fault: Fault; broken: boolean | undefined }

function pageOf(
  seen: Seen[],
  about: { hubUrl: string; practiceName: string; failed: { title: string; because: string } | undefined },
): Html {
  const broken = seen.filter((one) => one.broken === true).map((one) => one.fault.title)
  return page({
    title: 'Break something',
    headline:
      broken.length === 0
        ? 'Everything runs. Break something below, and see what the sites still do.'
        : `Broken now: ${broken.join(', ')}. Look at the sites: they go on working.`,
    practiceName: about.practiceName,
    sample: true,
    live: '/live?subjects=faults',
    body: html`${about.failed === undefined ? nothing : note('act', `${about.failed.title}: that did not work`, about.failed.because)}
      <p>This page belongs to the sample practice and is no part of the product. <a href="${about.hubUrl}">Go to the hub</a></p>
      <div class="cards">${seen.filter(({ fault }) => fault.kind === 'system').map(card)}</div>
      ${lines(seen.filter(({ fault }) => fault.kind === 'line'))}`,
  })
}

function card({ fault, broken }: Seen): Html {
  return html`<section class="card ${broken === true ? 'act' : broken === undefined ? 'unknown' : ''}" id="${fault.id}">
    <h2>${fault.title}</h2>
    <p>${state(broken)}</p>
    <p>${fault.does}</p>
    <p><strong>Still works:</strong> ${fault.stillWorks}</p>
    <p>See it: ${whereToLook(fault)}.</p>
    ${outcome(fault.lines?.() ?? [])}
    ${move(fault, broken)}
  </section>`
}

function outcome(lines: string[]): Html {
  return lines.length === 0
    ? nothing
    : html`<p>What came of it:</p><p class="small">${lines.map((line, nth) => html`${nth === 0 ? nothing : html`<br>`}${line}`)}</p>`
}

/** What all lines have in common is said once. */
function lines(seen: Seen[]): Html {
  if (seen.length === 0) return nothing
  return html`<section class="stack"><h2>The lines between the sites and the hub</h2>
    <p>Cutting one makes calls go unanswered, as on a dead line. That site works on with its last pack, and says how old it is; the other sites notice nothing.</p>
    ${table({
      caption: 'The lines between the sites and the hub',
      hideCaption: true,
      columns: [
        { heading: 'Line', cell: ({ fault }) => html`<span id="${fault.id}">${fault.title}</span>` },
        { heading: 'State', cell: ({ broken }) => state(broken) },
        { heading: 'See it', cell: ({ fault }) => whereToLook(fault) },
        { heading: 'Move', cell: ({ fault, broken }) => move(fault, broken) },
      ],
      rows: seen,
      tone: ({ broken }) => (broken === true ? 'act' : undefined),
      empty: { heading: 'No lines', body: 'No site is enrolled.' },
    })}</section>`
}

function state(broken: boolean | undefined): Html {
  if (broken === undefined) return status('unknown', 'cannot be told now')
  return broken ? status('act', 'broken by you') : status('fine', 'runs')
}

function whereToLook(fault: Fault): Html {
  return html`${fault.look.map((one, nth) => html`${nth === 0 ? nothing : html`; `}<a href="${one.href}">${one.label}</a> (${one.to})`)}`
}

function move(fault: Fault, broken: boolean | undefined): Html {
  return broken === true
    ? form(`/faults/${fault.id}/mend`, '', button(fault.mendLabel), 'row')
    : form(`/faults/${fault.id}/break`, '', button(fault.breakLabel, { look: 'danger' }), 'row')
}
