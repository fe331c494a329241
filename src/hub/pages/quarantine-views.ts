import type { Instant } from '../../base/time.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { KeptAside, SourceState } from '../sources/sources.ts'
import { countOf, mono } from './words.ts'

export type AsideReason = { because: string; count: number; dismissed: number }

/** What of a source could not be understood, in numbers: for its own page. */
export function quarantineSummary(values: {
  reasons: readonly AsideReason[]
  state: SourceState
  maySeeAside: boolean
}): Html {
  const { reasons, state } = values
  const total = reasons.reduce((sum, one) => sum + one.count, 0)
  const dismissed = reasons.reduce((sum, one) => sum + one.dismissed, 0)
  if (total === 0) return empty('No quarantined records', 'Everything that this source said was understood.')
  return html`<p>${countOf(total, 'record')} could not be understood${dismissed === 0 ? '' : `, ${dismissed.toLocaleString('en-US')} dismissed`}. They are kept here, and nothing of them is in a pack. A chart says what of it is quarantined.</p>${table<AsideReason>(
    {
      caption: 'Reasons, the most frequent first',
      hideCaption: true,
      rows: reasons,
      columns: [
        { heading: 'Reason', cell: (one) => one.because },
        { heading: 'Records', cell: (one) => one.count.toLocaleString('en-US'), number: true },
        { heading: 'Dismissed', cell: (one) => one.dismissed.toLocaleString('en-US'), number: true },
      ],
      empty: { heading: '', body: '' },
    },
  )}<p>${values.maySeeAside ? html`<a href="/sources/${state.sourceId}/aside">Show the records</a> (patient data)` : html`<span class="soft small">The records are patient data: only people who may see charts can open them.</span>`}</p>`
}

export type QuarantinePage = {
  state: SourceState
  records: readonly KeptAside[]
  /** Where the next, older ones are; undefined when these are the last. */
  olderHref: string | undefined
  mayNot: string | undefined
  moment: Moment
  csrf: string
}

export function quarantinePage(values: QuarantinePage): Html {
  const { records, olderHref } = values
  if (records.length === 0) return empty('No quarantined records', 'Everything that this source said was understood.')
  return html`<p>Patient data. Viewing it is written to the audit trail. Dismiss a record when its chart need not show it any more; it stays here.</p><div class="stack-wide">${records.map(
    (record, at) => recordCard(record, `${at}`, values),
  )}</div>${olderHref === undefined ? nothing : html`<p><a href="${olderHref}">Older records</a></p>`}`
}

function recordCard(record: KeptAside, at: string, values: QuarantinePage): Html {
  const { moment } = values
  const { dismissed, patientId, section } = record
  return html`<article class="card"><h2>${record.because}</h2>${facts([
    [
      'Status',
      dismissed === undefined
        ? status('watch', 'quarantined')
        : html`${status('fine', 'dismissed')} by ${dismissed.by}, ${when(dismissed.at, moment)}<br><span class="small">${dismissed.reason}</span>`,
    ],
    [
      'Patient',
      patientId === undefined
        ? html`<span class="soft">not known: no chart shows it</span>`
        : html`${mono(patientId)} <span class="soft small">id in the source</span>`,
    ],
    ['List', section === undefined ? html`<span class="soft">not known</span>` : SECTION_TITLES[section]],
    ['Where', mono(record.where)],
    ['Received', timesWords(record.times, record.firstAt, record.lastAt, moment)],
  ])}<details><summary>What the source sent</summary><pre class="id small" tabindex="0">${record.raw}</pre></details>${decision(record, at, values)}</article>`
}

function decision({ key, dismissed }: KeptAside, at: string, { state, mayNot, csrf }: QuarantinePage): Html {
  const [value, label] = dismissed === undefined ? ['dismiss', 'Dismiss'] : ['undo', 'Undo']
  if (mayNot !== undefined) return html`<p>${button(label, { look: 'quiet', because: mayNot })}</p>`
  return html`<details><summary>${label}</summary>${form(
    `/sources/${state.sourceId}/aside`,
    csrf,
    html`<input type="hidden" name="key" value="${key}"><div class="field"><label for="field-reason-${at}">Reason</label><input id="field-reason-${at}" name="reason" maxlength="500" required></div>${button(label, { look: 'quiet', name: 'decision', value })}`,
  )}</details>`
}

function timesWords(times: number, first: Instant, last: Instant, moment: Moment): Html {
  return times === 1
    ? html`${when(last, moment)}`
    : html`${times} times, last ${when(last, moment)}, first ${when(first, moment)}`
}
