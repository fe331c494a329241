import { Hono } from 'hono'
import { Failure } from '../../base/failure.ts'
import { newId } from '../../base/id.ts'
import { addDays, dayOf, timeOfDay } from '../../base/zone.ts'
import { button, choices, errorSummary, field, form, select } from '../../look/form.ts'
import { type Html, html } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import { addWindow, endWindow, type KeptWindow, windows } from '../../monitor/maintenance/store.ts'
import { checkWindow, inForce, type MaintenanceWindow } from '../../monitor/maintenance.ts'
import { dependencyMap } from '../../monitor/map-store/store.ts'
import { auditLine } from '../flows/centre.ts'
import { sites } from '../sites/store.ts'
import { needs, refusal } from './door.ts'
import { actorOf, fieldsOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from './tools.ts'
import { listInWords } from './words.ts'

const AT = '/alarms/maintenance'
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

type Covered = { value: string; label: string }
type Sent = {
  name: string
  covers: string
  kind: string
  day: string
  endDay: string
  from: string
  to: string
  days: string[]
}

/** Maintenance windows: which there are, and a form for one more. */
export function maintenancePages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock, practice } = centre
  app.use('*', needs(tools, 'see-sites'))
  app.get('/', (c) => shown(c, blank(), []))
  app.post('/', needs(tools, 'change-settings'), async (c) => {
    const fields = await fieldsOf(c)
    const sent: Sent = { ...blank(), days: fields.all('days') }
    for (const name of ['name', 'covers', 'kind', 'day', 'endDay', 'from', 'to'] as const)
      sent[name] = fields.text(name)
    try {
      const window = windowOf(sent, practice.zone)
      checkWindow(window, clock.now())
      await kept(c, window)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return shown(c, sent, [thrown.message])
    }
    return c.redirect(AT, 303)
  })
  app.post('/:id/end', needs(tools, 'change-settings'), async (c) => {
    const id = c.req.param('id')
    const ended = await db.transaction().execute(async (together) => {
      if (!(await endWindow(together, id, clock.now()))) return false
      await centre.audit(together, [auditLine(centre, actorOf(c), 'maintenance-ended', { window: id })])
      await centre.changed(together, ['alarms'])
      return true
    })
    return ended ? c.redirect(AT, 303) : refusal(c, tools, 'This window was ended already.', 409)
  })
  return app

  function kept(c: PageContext, window: MaintenanceWindow): Promise<void> {
    const id = newId('maintenance', clock)
    return db.transaction().execute(async (together) => {
      await addWindow(together, id, window, { at: clock.now(), who: c.var.viewer.person.login })
      const about = { window: id, name: window.name, covers: window.covers.join(' ') || 'everything' }
      await centre.audit(together, [auditLine(centre, actorOf(c), 'maintenance-begun', about)])
      await centre.changed(together, ['alarms'])
    })
  }

  function blank(): Sent {
    const today = dayOf(clock.now(), practice.zone)
    const time = timeOfDay(clock.now(), practice.zone)
    return { name: '', covers: '', kind: 'once', day: today, endDay: today, from: time, to: '23:59', days: [] }
  }

  async function shown(c: PageContext, sent: Sent, wrong: string[]): Promise<Response> {
    const now = clock.now()
    const all = await windows(db)
    const { csrf } = c.var.viewer.session
    const body = html`${errorSummary(wrong.map((because) => ({ because })))}
<p>While a window lasts, nobody is called for what it covers. Alarms still show, everything is watched, and who was told of an alarm is told of its end. Windows end by themselves.</p>
${list(all, now, csrf, whyNot(c, 'change-settings'))}${windowForm(sent, await coverable(), csrf, whyNot(c, 'change-settings'))}`
    const active = all.filter((window) => inForce(window, now) !== undefined)
    const headline =
      active.length === 0
        ? 'No window holds notices back now.'
        : `Notices are held back for: ${listInWords(active.map(({ name }) => name))}.`
    const frame = {
      title: 'Maintenance windows',
      headline,
      crumbs: [{ href: '/alarms', label: 'Alarms' }],
      at: '/alarms',
    }
    return show(c, tools, { ...frame, body, status: wrong.length > 0 ? 400 : 200 })
  }

  async function coverable(): Promise<Covered[]> {
    const things = (await dependencyMap(db))?.things.filter(({ id }) => !/^(site|source):/.test(id)) ?? []
    return [
      { value: '', label: 'Everything' },
      ...(await sites(db)).map(({ id, name }) => ({ value: `site:${id}`, label: `Site ${name}` })),
      ...tools.watched().map(({ id }) => ({ value: `source:${id}`, label: `Source ${id}` })),
      ...tools.standbys.map(({ id, name }) => ({ value: `standby:${id}`, label: `Standby of ${name}` })),
      ...things.map(({ id, name }) => ({ value: `thing:${id}`, label: name })),
    ]
  }
}

function list(all: readonly KeptWindow[], now: number, csrf: string, because: string | undefined): Html {
  return table<KeptWindow>({
    caption: 'Maintenance windows',
    rows: all.filter(({ when, zone }) => when.kind === 'once' || when.lastDay >= addDays(dayOf(now, zone), -1)),
    columns: [
      { heading: 'Window', cell: ({ name, madeBy }) => html`${name} <span class="soft small">by ${madeBy}</span>` },
      { heading: 'Covers', cell: ({ covers }) => (covers.length === 0 ? 'everything' : covers.join(', ')) },
      { heading: 'When', cell: whenWords },
      {
        heading: 'Now',
        cell: (window) => (inForce(window, now) === undefined ? 'not in force' : status('watch', 'in force')),
      },
      {
        heading: 'End it',
        cell: ({ id }) => form(`${AT}/${id}/end`, csrf, button('End it', { look: 'quiet', because }), 'row'),
      },
    ],
    empty: { heading: 'No windows', body: 'Make one below before work begins.' },
  })
}

function whenWords({ when, zone }: KeptWindow): string {
  if (when.kind === 'once') return `${when.from.day} ${when.from.time} to ${when.to.day} ${when.to.time} (${zone})`
  return `${listInWords(when.days.map((day) => DAYS[day] ?? ''))}, ${when.from} to ${when.to} (${zone}), until ${when.lastDay}`
}

function windowForm(sent: Sent, covered: readonly Covered[], csrf: string, because: string | undefined): Html {
  const time = (name: 'from' | 'to', label: string): Html =>
    field({ name, label, value: sent[name], hint: 'On the wall clock, such as 22:00', required: true })
  return html`<section class="stack"><h2>A new window</h2>${form(
    AT,
    csrf,
    html`${field({ name: 'name', label: 'What is being worked on', value: sent.name, required: true })}${select('covers', 'Covers, with all that needs it', covered, sent.covers)}
${choices('radio', 'kind', 'How often', [
  { value: 'once', label: 'Once', chosen: sent.kind !== 'weekly' },
  {
    value: 'weekly',
    label: 'Every week',
    hint: 'on the days below, until the last day',
    chosen: sent.kind === 'weekly',
  },
])}${choices(
  'checkbox',
  'days',
  'Days, when every week',
  DAYS.map((label, day) => ({ value: String(day), label, chosen: sent.days.includes(String(day)) })),
)}<div class="pairs">${field({ name: 'day', label: 'First day', kind: 'date', value: sent.day, required: true })}${time('from', 'From')}${field({ name: 'endDay', label: 'Last day', kind: 'date', value: sent.endDay, required: true })}${time('to', 'To')}</div>${button('Hold notices back', { because })}`,
    'stack-wide wide',
  )}</section>`
}

/** In the calendar: there is no 30 February. */
function isDay(day: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}

function windowOf(sent: Sent, zone: string): MaintenanceWindow {
  for (const time of [sent.from, sent.to])
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
      throw new Failure('permanent', `"${time}" is no time of day. Write it as 22:00.`)
  for (const day of [sent.day, sent.endDay])
    if (!isDay(day)) throw new Failure('permanent', `"${day}" is no day. Write it as 2026-11-23.`)
  const covers = sent.covers === '' ? [] : [sent.covers]
  const days = sent.days.map(Number).filter((day) => day in DAYS)
  const { from, to } = sent
  return {
    name: sent.name,
    covers,
    zone,
    when:
      sent.kind === 'weekly'
        ? { kind: 'weekly', days, from, to, lastDay: sent.endDay }
        : { kind: 'once', from: { day: sent.day, time: from }, to: { day: sent.endDay, time: to } },
  }
}
