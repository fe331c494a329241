import { Hono } from 'hono'
import { type AuditEntry, type AuditQuery, auditHeads, listAudit, readChain } from '../../access/audit/store.ts'
import { type TrailVerdict, verifyTrail } from '../../access/audit/trail.ts'
import { listPeople } from '../../access/people/store.ts'
import { DAY } from '../../base/time.ts'
import { instantAt } from '../../base/zone.ts'
import { button, field, form, select } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { auditLine } from '../flows/centre.ts'
import { sites } from '../sites/store.ts'
import { needs } from './door.ts'
import { actorOf, momentOf, type PageContext, type PageEnv, type PageTools, show } from './tools.ts'
import { countOf, mono } from './words.ts'

const AT = '/audit'
const PAGE = 100

export type AuditFilter = { what: string; place: string; outcome: string; day: string }

export function auditPage(values: {
  entries: readonly AuditEntry[]
  filter: AuditFilter
  places: readonly { value: string; label: string }[]
  /** Of people and sites, by their ids: nobody knows an id by heart. */
  names: ReadonlyMap<string, string>
  verdicts: readonly TrailVerdict[] | undefined
  olderHref: string | undefined
  moment: Moment
  csrf: string
}): Html {
  const { entries, filter, moment } = values
  return html`${values.verdicts === undefined ? nothing : verdictNote(values.verdicts)}
<form method="get" action="/audit" class="row filter">${field({ name: 'what', label: 'What', hint: 'As in the list: sign in', value: filter.what })}${select('place', 'Where', [{ value: '', label: 'everywhere' }, ...values.places], filter.place)}${select(
    'outcome',
    'Outcome',
    ['', 'done', 'refused', 'failed'].map((value) => ({ value, label: value === '' ? 'any' : value })),
    filter.outcome,
  )}${field({ name: 'day', label: 'Day', kind: 'date', value: filter.day })}<button>Show</button></form>
${table<AuditEntry>({
  caption: 'Audit lines, newest first',
  hideCaption: true,
  rows: entries,
  tone: ({ line }) => (line.outcome === 'done' ? undefined : 'watch'),
  columns: [
    { heading: 'When', cell: ({ line }) => when(line.at, moment) },
    {
      heading: 'Who',
      cell: ({ line }) =>
        'login' in line.who ? mono(line.who.login) : html`<span class="soft">${line.who.program}</span>`,
    },
    {
      heading: 'What',
      cell: ({ line }) =>
        html`${line.what === line.outcome ? nothing : line.what.replaceAll('-', ' ')}${line.outcome === 'done' ? nothing : html` ${status('watch', line.outcome)}`}`,
    },
    { heading: 'About', cell: ({ line }) => aboutWords(line.about, line.reason, values.names) },
    {
      heading: 'Where',
      cell: ({ line }) => values.places.find((place) => place.value === line.place)?.label ?? line.place,
    },
    { heading: 'Line', cell: ({ seq }) => mono(seq), number: true },
  ],
  empty: { heading: 'No line fits', body: html`Loosen what is asked for, or <a href="/audit">show everything</a>.` },
})}
<div class="row spread">${values.olderHref === undefined ? html`<span></span>` : html`<a href="${values.olderHref}">Older lines</a>`}${form('/audit/verify', values.csrf, button('Check the whole chain now', { look: 'quiet' }), 'row')}</div>
<p class="small soft">Each line carries the hash of the line before it, so a line that is changed, taken out or moved is found. Lines of sites come with their journals and keep the time at which they were written.</p>`
}

function aboutWords(
  about: AuditEntry['line']['about'],
  reason: string | undefined,
  names: ReadonlyMap<string, string>,
): Html {
  const pairs = Object.entries(about).filter(([key, value]) => key !== 'login' && value !== '')
  return html`<span class="small about">${pairs.map(([key, value], at) => html`${at === 0 ? nothing : ' · '}<span class="soft">${keyWords(key)}</span> ${names.get(String(value)) ?? mono(String(value))}`)}${reason === undefined ? nothing : html`<br>Reason: ${reason}`}</span>`
}

/** `siteId` reads "site", `offeredBy` reads "offered by". */
function keyWords(key: string): string {
  return key.replace(/Id$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function verdictNote(verdicts: readonly TrailVerdict[]): Html {
  const lines = verdicts.reduce((sum, verdict) => sum + verdict.lines, 0)
  const faults = verdicts.flatMap(({ chain, faults: found }) => found.map((fault) => ({ chain, ...fault })))
  if (faults.length === 0)
    return note(
      'fine',
      'The chain holds',
      html`<p>All ${countOf(lines, 'line')} follow from one another. The last is ${verdicts.map(({ head }) => mono(head === undefined ? 'none' : `${head.seq} ${head.hash.slice(0, 12)}`))}: write it down elsewhere to prove later that nothing was cut off.</p>`,
    )
  return note(
    'act',
    'The chain does not hold',
    html`<ul>${faults.map((fault) => html`<li>${fault.because} (${fault.chain})</li>`)}</ul><p>Somebody changed the database outside of Holdfast. Keep a copy of it as it is, and compare it with your backups.</p>`,
  )
}

export function auditPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre
  app.use('*', needs(tools, 'see-audit'))
  app.get('/', (c) => shown(c, undefined))
  app.post('/verify', async (c) => {
    const verdicts: TrailVerdict[] = []
    for (const head of await auditHeads(db))
      verdicts.push(await verifyTrail(head.chain, readChain(db, head.chain), [head]))
    const faults = verdicts.reduce((sum, verdict) => sum + verdict.faults.length, 0)
    await centre.audit(db, [
      auditLine(centre, actorOf(c), 'audit-verified', { faults }, { outcome: faults === 0 ? 'done' : 'failed' }),
    ])
    return shown(c, verdicts)
  })

  async function shown(c: PageContext, verdicts: TrailVerdict[] | undefined): Promise<Response> {
    const moment = momentOf(tools)
    const ask = (name: string): string => c.req.query(name) ?? ''
    const filter: AuditFilter = {
      what: ask('what'),
      place: ask('place'),
      outcome: ask('outcome'),
      day: /^\d{4}-\d\d-\d\d$/.test(ask('day')) ? ask('day') : '',
    }
    const entries = await listAudit(db, { ...queryOf(filter, moment.zone), ...beforeOf(ask('before')), most: PAGE })
    const places = [
      { value: 'hub', label: 'Hub' },
      ...(await sites(db)).map((site) => ({ value: site.id, label: site.name })),
    ]
    const last = entries.at(-1)
    const older =
      last === undefined || entries.length < PAGE
        ? undefined
        : `/audit?${new URLSearchParams({ ...filter, before: `${last.line.at}.${last.seq}.${last.chain}` }).toString()}`
    const people = await listPeople(db)
    const names = [
      ...people.map((person) => [person.id, person.name] as const),
      ...places.map(({ value, label }) => [value, label] as const),
    ]
    const body = auditPage({
      entries,
      filter,
      places,
      names: new Map(names),
      verdicts,
      olderHref: older,
      moment,
      csrf: c.var.viewer.session.csrf,
    })
    const today = await listAudit(db, { from: clock.now() - DAY, most: 1000 })
    const refused = today.filter(({ line }) => line.outcome !== 'done').length
    const headline = `${today.length >= 1000 ? 'More than 1,000 lines' : countOf(today.length, 'line')} in the last 24 hours, ${refused === 0 ? 'none of them refused or failed' : `${refused} of them refused or failed`}.`
    return show(c, tools, {
      title: 'Audit trail',
      headline,
      body,
      at: AT,
      ...(verdicts === undefined && ask('before') === '' ? { subjects: ['audit'] } : {}),
    })
  }
  return app
}

function queryOf(filter: AuditFilter, zone: string): AuditQuery {
  const from = filter.day === '' ? undefined : instantAt(filter.day, '00:00', zone)
  const { outcome } = filter
  return {
    ...(filter.what === '' ? {} : { what: filter.what.trim().toLowerCase().replaceAll(' ', '-') }),
    ...(filter.place === '' ? {} : { place: filter.place }),
    ...(outcome === 'done' || outcome === 'refused' || outcome === 'failed' ? { outcome } : {}),
    ...(from === undefined ? {} : { from, until: from + DAY }),
  }
}

function beforeOf(text: string): Pick<AuditQuery, 'before'> {
  const match = /^(\d+)\.(\d+)\.([\w-]+)$/.exec(text)
  const [, at, seq, chain] = match ?? []
  return at === undefined || seq === undefined || chain === undefined
    ? {}
    : { before: { at: Number(at), seq: Number(seq), chain } }
}
