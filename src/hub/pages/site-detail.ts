import { spanInWords } from '../../base/ago.ts'
import { HOUR, MINUTE } from '../../base/time.ts'
import { button, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { lineChart } from '../../look/line.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { SiteStatus } from '../../monitor/monitor.ts'
import type { StatusChange } from '../../monitor/store.ts'
import type { Heard, HeardBefore, Offer, Pull, Site } from '../sites/sites.ts'
import { agePoints } from './spark.ts'
import { historyWord, listInWords, mono, siteTone, siteWord, sizeInWords } from './words.ts'

export type SiteDetail = {
  site: Site
  status: SiteStatus
  heard: Heard | undefined
  history: readonly HeardBefore[]
  changes: readonly StatusChange[]
  pulls: readonly Pull[]
  published: { panel: number | undefined; site: number | undefined }
  offer: Offer | undefined
  envelopes: number
  staleAfterMs: number
  pullEveryMs: number
  moment: Moment
  csrf: string
  whyNot: { enrol: string | undefined; revoke: string | undefined; envelopes: string | undefined }
}

const SHOWN_MS = 3 * HOUR

export function siteDetailPage(values: SiteDetail): Html {
  const { site, moment } = values
  return html`<div class="columns"><section class="stack"><h2>How it stands</h2>${standingFacts(values)}</section>
<section class="stack"><h2>How old its schedule was</h2>${ageLine(values)}</section></div>
<section class="stack"><h2>Status changes</h2>${changesTable(values.changes, moment)}</section>
<section class="stack"><h2>Packs that it took</h2>${pullsTable(values)}</section>
<section class="stack"><h2>Sealed envelopes</h2><p>${values.envelopes === 0 ? 'No break-glass codes are sealed for this site. Without one, nobody whose password fails can open it in a downtime.' : `${values.envelopes} break-glass ${values.envelopes === 1 ? 'code is' : 'codes are'} sealed for this site.`} <a href="/sites/${site.id}/envelopes">${values.whyNot.envelopes === undefined ? 'Make or withdraw codes' : 'See them'}</a></p></section>
<section class="stack"><h2>This site</h2>${facts([
    [
      'Places it shows',
      site.locationIds.length === 0 ? 'none: its schedule is empty' : mono(site.locationIds.join(', ')),
    ],
    ['Time zone', site.zone ?? `${moment.zone} (the practice's)`],
    [
      'Printers',
      site.printers.length === 0
        ? 'none named; it prints through the browser'
        : listInWords(site.printers.map((one) => one.name)),
    ],
  ])}<p>${values.whyNot.enrol === undefined ? html`<a href="/sites/${site.id}/change">Change name, places and printers</a>` : nothing}</p></section>
<section class="stack"><h2>Lockbox</h2>${lockboxSection(values)}</section>`
}

function standingFacts({ status, heard, moment, published, site }: SiteDetail): Html {
  const beat = heard?.heartbeat
  const skewMs = heard === undefined || beat === undefined ? 0 : beat.at - heard.heardAt
  return facts([
    [
      'Status',
      html`${siteWord(status.status)}${siteTone(status.status) === 'act' ? html` · <a href="/alarms">What to do</a>` : nothing}`,
    ],
    ['Schedule as of', when(beat?.freshness?.schedule, moment, 'nothing yet')],
    ['Key data as of', when(beat?.freshness?.keyData, moment, 'nothing yet')],
    ['Newest stamp seen there', when(beat?.freshness?.canary, moment, 'no stamps are followed')],
    ['Last heard', when(heard?.heardAt, moment)],
    ['Panel pack', sequenceWords(beat?.panelSequence, published.panel)],
    ['Site pack', sequenceWords(beat?.siteSequence, published.site)],
    ...(beat === undefined
      ? []
      : ([
          ['Unlocked', beat.locked ? 'no: nobody has unlocked it since it started' : 'yes'],
          ['Started', when(beat.startedAt, moment)],
          [
            'Waiting to be handed back',
            `${beat.journalWaiting} journal ${beat.journalWaiting === 1 ? 'line' : 'lines'}`,
          ],
          ['Free on its disk', sizeInWords(beat.diskFreeBytes)],
          [
            'Its clock',
            Math.abs(skewMs) < 5000
              ? 'agrees with the hub'
              : `${spanInWords(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead' : 'behind'}`,
          ],
          ['Version', mono(beat.version)],
        ] as const)),
    ['Enrolled', when(site.enrolledAt, moment)],
  ])
}

function sequenceWords(held: number | undefined, published: number | undefined): Html {
  if (held === undefined)
    return html`<span class="soft">none${published === undefined ? ', none published' : ''}</span>`
  return html`${mono(held)}${held === published || published === undefined ? ', the newest' : html`, ${mono(published)} is published`}`
}

function ageLine({ history, status, heard, moment, staleAfterMs, pullEveryMs }: SiteDetail): Html {
  if (history.length === 0)
    return empty('Nothing to draw yet', 'The line begins when the site first speaks and has a pack.')
  const held = heard?.heartbeat.freshness?.schedule
  const age = held === undefined ? undefined : moment.now - held
  const said =
    age === undefined
      ? 'It has no schedule.'
      : `Its schedule is ${spanInWords(age)} old now; it is stale after ${spanInWords(staleAfterMs)}.`
  return html`${lineChart({
    label: `Age of the schedule at ${status.name} over the last ${spanInWords(SHOWN_MS)}. ${said}`,
    points: agePoints(
      history.map(({ heardAt, schedule }) => ({ heardAt, asOf: schedule })),
      3 * pullEveryMs,
    ),
    from: moment.now - SHOWN_MS,
    to: moment.now,
    limit: { value: staleAfterMs, label: `stale after ${spanInWords(staleAfterMs)}` },
    inWords: (value) => spanInWords(Math.ceil(value / MINUTE) * MINUTE),
    zone: moment.zone,
  })}<p class="small soft">${said} A gap is a time in which it said nothing.</p>`
}

export function changesTable(changes: readonly StatusChange[], moment: Moment): Html {
  return table<StatusChange>({
    caption: 'Status changes, newest first',
    hideCaption: true,
    rows: changes,
    columns: [
      { heading: 'When', cell: (change) => when(change.at, moment) },
      { heading: 'Became', cell: (change) => historyWord(change.status) },
      { heading: 'Because', cell: (change) => change.because },
    ],
    empty: { heading: 'No changes yet', body: 'Each change of status becomes a line here.' },
  })
}

function pullsTable({ pulls, moment }: SiteDetail): Html {
  return table<Pull>({
    caption: 'Packs that this site took, newest first',
    hideCaption: true,
    rows: pulls,
    columns: [
      { heading: 'When', cell: (pull) => when(pull.at, moment) },
      { heading: 'Pack', cell: (pull) => (pull.packId === 'panel' ? 'panel' : 'this site') },
      { heading: 'Sequence', cell: (pull) => mono(pull.sequence), number: true },
    ],
    empty: { heading: 'None yet', body: 'The site takes its first packs right after it is enrolled.' },
  })
}

function lockboxSection(values: SiteDetail): Html {
  const { site, moment, csrf, whyNot, offer } = values
  const offered =
    offer === undefined
      ? nothing
      : html`<p>A code made by ${offer.madeBy} is open until ${when(offer.expiresAt, moment)}. It was shown once; a new one ends it.</p>`
  const offerForm = form(
    `/sites/${site.id}/offer`,
    csrf,
    button(site.status === 'planned' ? 'Make an enrolment code' : 'Make a code for another lockbox', {
      because: whyNot.enrol,
      ...(site.status === 'planned' ? {} : { look: 'quiet' as const }),
    }),
    'row',
  )
  if (site.status === 'planned')
    return html`<p>Start the site program on the clinic's machine; it asks for a code. Codes work once, for 15 minutes.</p>${offered}${offerForm}${
      whyNot.enrol === undefined
        ? html`<p>Set up by mistake? As long as no lockbox has used a code, it can be taken out.</p>${form(`/sites/${site.id}/remove`, csrf, button('Take this site out', { look: 'quiet' }), 'row')}`
        : nothing
    }`
  if (site.status === 'revoked')
    return html`<p>Revoked ${when(site.revoked?.at, moment)} by ${site.revoked?.by}: ${site.revoked?.because}. What was published since then cannot be read by that lockbox.</p>${offered}${offerForm}`
  return html`<p>Another lockbox takes this one's place: enrol it with a new code. The old one then no longer counts.</p>${offered}${offerForm}
<details class="act"><summary>Lost, stolen or retired?</summary><div class="note act"><p>Revoking stops this lockbox from reading anything that is published from now on. What it holds already stays on it, sealed, until its lock limit. It cannot be taken back: the lockbox has to be enrolled again.</p>${form(
    `/sites/${site.id}/revoke`,
    csrf,
    html`${field({ name: 'because', label: 'Why', hint: 'Stands in the audit trail.', required: true })}${field({ name: 'name', label: `Type the site's name, ${site.name}`, required: true, autocomplete: 'off' })}${button('Revoke this lockbox', { look: 'danger', because: whyNot.revoke })}`,
  )}</div></details>`
}
