import type { KnownEnvelope } from '../../access/envelopes/store.ts'
import type { Instant } from '../../base/time.ts'
import { button, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { Site } from '../sites/sites.ts'
import { mono } from './words.ts'

export type SiteFields = { name: string; id: string; zone: string; locations: string; printers: string }
export type Wrong = { field?: string; because: string }[]

/** `seen`: places that the sources name and no site claims yet, so that nobody has to guess. */
export function siteFormPage(values: {
  action: string
  csrf: string
  isNew: boolean
  fields: SiteFields
  wrong: Wrong
  seen: readonly { locationId: string; appointments: number }[]
  zone: string
}): Html {
  const { fields, wrong, seen } = values
  const because = (name: string) => wrong.find((one) => one.field === name)?.because
  const idField = values.isNew
    ? field({
        name: 'id',
        label: 'Short id',
        hint: 'Small letters and digits, such as west. It cannot be changed later.',
        value: fields.id,
        code: true,
        required: true,
        wrong: because('id'),
      })
    : nothing
  return html`${errorSummary(wrong)}${form(
    values.action,
    values.csrf,
    html`${field({ name: 'name', label: 'Name of the site', hint: 'As people call the clinic.', value: fields.name, required: true, wrong: because('name') })}${idField}
${field({ name: 'locations', label: 'Places whose appointments it shows', hint: "The source's keys, with commas between them.", value: fields.locations, code: true, wrong: because('locations') })}
${seen.length === 0 ? nothing : html`<p class="small soft">Places that the sources name and no site shows yet: ${seen.map((place) => html`${mono(place.locationId)} (${place.appointments} appointments) `)}</p>`}
${field({ name: 'zone', label: 'Time zone', hint: `Leave empty for the practice's: ${values.zone}.`, value: fields.zone, wrong: because('zone') })}
<div class="field"><label for="field-printers">Printers</label><p class="hint" id="printers-hint">One a line: a name, then its address, such as Front desk ipp://10.1.2.3/printers/front</p>${
      because('printers') === undefined ? nothing : html`<p class="wrong">${because('printers')}</p>`
    }<textarea id="field-printers" name="printers" rows="3" aria-describedby="printers-hint">${fields.printers}</textarea></div>${button(values.isNew ? 'Set up the site' : 'Keep the changes')}`,
  )}`
}

/** Shown once, right after the code was made. */
export function codePage(values: {
  site: Site
  code: string
  expiresAt: Instant
  moment: Moment
  hubUrl: string
}): Html {
  return html`<p class="big-code" aria-label="The enrolment code">${values.code}</p>
<p>Type it at ${values.site.name}, where the site program asks for it. It works once, until ${when(values.expiresAt, values.moment)}, and is not shown again.</p>
<ol class="stack steps"><li>At the clinic, start the site program: <span class="id">holdfast site run --hub ${values.hubUrl}</span></li><li>Open the page that it names, and type the code.</li><li>This page changes by itself when the lockbox has been let in: <a href="/sites/${values.site.id}">${values.site.name}</a>.</li></ol>
${note('watch', 'Read it to nobody whom you have not called yourself', 'Whoever types this code first receives the key data of every patient, sealed for their machine.')}`
}

export function envelopesPage(values: {
  site: Site
  envelopes: readonly KnownEnvelope[]
  moment: Moment
  csrf: string
  because: string | undefined
}): Html {
  const { site, envelopes, moment, csrf, because } = values
  const sealed = envelopes.filter(({ state }) => state.is === 'sealed')
  return html`<p>A break-glass code opens this site's lockbox when no password does: a locum on a first day, a forgotten password at 6 a.m. Each code lies in an envelope of its own, works once, and its use is written down and told.</p>
${table<KnownEnvelope>({
  caption: 'Break-glass codes of this site',
  hideCaption: true,
  rows: envelopes,
  columns: [
    { heading: 'Envelope', cell: ({ codeId }) => mono(codeId) },
    { heading: 'Made', cell: (one) => html`${when(one.madeAt, moment)} by ${one.madeBy}` },
    {
      heading: 'State',
      cell: ({ state }) => (state.is === 'sealed' ? 'sealed' : html`${state.is} ${when(state.at, moment)}`),
    },
  ],
  empty: {
    heading: 'No codes yet',
    body: 'Make some, print the sheet once, cut it, and seal each code in an envelope at the site.',
  },
})}
<div class="row">${form(`/sites/${site.id}/envelopes`, csrf, html`${field({ name: 'count', label: 'How many', kind: 'number', value: '4', inputmode: 'numeric' })}${button('Make codes and show the sheet', { because })}`)}</div>
${sealed.length === 0 ? nothing : form(`/sites/${site.id}/envelopes/withdraw`, csrf, html`<details class="act"><summary>Lost an envelope, or found one open?</summary><div class="note act"><p>Withdrawing ends all ${sealed.length} sealed codes: none of the envelopes at ${site.name} opens it any more once it has its next pack. Make new ones right after.</p>${button('Withdraw all sealed codes', { look: 'danger', because })}</div></details>`)}`
}

/** The sheet, shown once: print, cut, seal. */
export function envelopeSheetPage(values: {
  site: Site
  codes: readonly { codeId: string; shown: string }[]
  practiceName: string
  madeOn: string
}): Html {
  return html`<p class="no-print">These codes are shown this once and kept nowhere. Print the sheet, cut it, and seal each code in an envelope that bears its number.</p><p class="no-print"><button type="button" data-print>Print the sheet</button></p>
<div class="cards slips">${values.codes.map(
    (code) =>
      html`<div class="card"><p class="soft small">${values.practiceName} · ${values.site.name} · <span class="nowrap">${values.madeOn}</span></p><h2>Envelope ${mono(code.codeId)}</h2><p class="big-code small-code">${code.shown}</p><p class="small">Opens the downtime viewer at ${values.site.name}. Works once. Write your name and the reason in the log when you use it.</p></div>`,
  )}</div><p class="no-print"><a href="/sites/${values.site.id}/envelopes">I have printed them</a></p>`
}
