import { button, field, form, select } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { EVIDENCE_KINDS, type EvidenceKind, type EvidenceMeasure } from '../../readiness/evidence/evidence.ts'
import type { KeptEvidence } from '../../readiness/evidence/record.ts'
import type { EvidenceVerdict } from '../../readiness/evidence/verify.ts'
import { outcomeTone, outcomeWord } from './ready-words.ts'
import { measuredInWords } from './system-views.ts'
import { countOf, mono, sizeInWords } from './words.ts'

export type EvidenceFilter = { kind: EvidenceKind | undefined; about: string }

export type EvidencePage = {
  records: readonly KeptEvidence[]
  filter: EvidenceFilter
  verdict: EvidenceVerdict | undefined
  olderHref: string | undefined
  moment: Moment
  csrf: string
}

export function kindWords(kind: EvidenceKind): string {
  return kind.replaceAll('-', ' ')
}

export function evidencePage({ records, filter, verdict, olderHref, moment, csrf }: EvidencePage): Html {
  const asked = queryOf(filter)
  const kinds = Object.keys(EVIDENCE_KINDS).map((value) => ({ value, label: value.replaceAll('-', ' ') }))
  return html`${verdict === undefined ? nothing : verdictNote(verdict)}
<form method="get" action="/evidence" class="row filter">${select('kind', 'Kind', [{ value: '', label: 'any' }, ...kinds], filter.kind ?? '')}${field({ name: 'about', label: 'About', hint: 'site:riverside, or site: for all', value: filter.about })}<button>Show</button></form>
${table<KeptEvidence>({
  caption: 'Evidence, newest first',
  hideCaption: true,
  rows: records,
  href: ({ id }) => `/evidence/${id}`,
  tone: ({ outcome }) => (outcomeTone(outcome) === 'act' ? 'act' : undefined),
  columns: [
    { heading: 'What', cell: ({ kind }) => kindWords(kind) },
    { heading: 'About', cell: ({ subject }) => mono(subject) },
    {
      heading: 'Outcome',
      cell: ({ outcome, because }) => html`${outcomeWord(outcome)}<br><span class="small">${because}</span>`,
    },
    { heading: 'Measured', cell: ({ at }) => when(at, moment) },
    { heading: 'Written down by', cell: ({ notedBy }) => notedBy, extra: true },
  ],
  empty: {
    heading: 'No evidence',
    body: html`The hub writes down what it sees within a minute. Loosen what is asked for, or <a href="/evidence">show everything</a>.`,
  },
})}
<div class="row spread">${olderHref === undefined ? html`<span></span>` : html`<a href="${olderHref}">Older evidence</a>`}${form('/evidence/verify', csrf, button('Check the whole chain now', { look: 'quiet' }), 'row')}</div>
<p>Take it with you: <a href="/evidence/export?${query({ ...asked, as: 'jsonl' })}">JSON Lines</a> · <a href="/evidence/export?${query({ ...asked, as: 'csv' })}">CSV</a> · <a href="/evidence/export?as=oscal">OSCAL assessment results</a></p>
<p class="small soft">Evidence is only ever added, and kept for six years. Each record carries the hash of the one before, and the audit trail takes in the end, so what is changed, taken out or moved is found.</p>`
}

export function queryOf({ kind, about }: EvidenceFilter): { [name: string]: string } {
  return { ...(kind === undefined ? {} : { kind }), ...(about === '' ? {} : { about }) }
}

export function query(of: { [name: string]: string }): string {
  return new URLSearchParams(of).toString()
}

function verdictNote({ lines, removed, head, faults }: EvidenceVerdict): Html {
  if (faults.length > 0)
    return note(
      'act',
      'The chain does not hold',
      html`<ul>${faults.map(({ because }) => html`<li>${because}</li>`)}</ul><p>Somebody changed the database outside of Holdfast. Keep a copy of it as it is, and compare it with your backups.</p>`,
    )
  const gone = removed === 0 ? '' : ` ${removed} before them were removed after their six years.`
  return note(
    'fine',
    'The chain holds',
    html`<p>All ${countOf(lines, 'line')} follow from one another.${gone} The last is ${mono(head === undefined ? 'none' : `${head.seq} ${head.hash.slice(0, 12)}`)}.</p>`,
  )
}

export type EvidenceDetail = {
  record: KeptEvidence
  /** Checks that rest on it now. */
  checks: readonly string[]
  nameOf: (person: string) => string
  moment: Moment
}

export function evidenceDetail({ record, checks, nameOf, moment }: EvidenceDetail): Html {
  const { artefact, measured, people } = record
  return html`<section class="stack"><h2>What was seen</h2>${facts([
    ['Outcome', outcomeWord(record.outcome)],
    ['What it is', `${kindWords(record.kind)}: ${EVIDENCE_KINDS[record.kind]}`],
    ['About', mono(record.subject)],
    ['Measured', when(record.at, moment)],
    ...(people.length === 0 ? [] : [['People', people.map(nameOf).join(', ')] as const]),
    ...measured.map((one) => [one.what.slice(0, 1).toUpperCase() + one.what.slice(1), valueOf(one, moment)] as const),
    ...(artefact === undefined
      ? []
      : [
          [
            'File',
            html`<a href="/evidence/${record.id}/file">${artefact.name}</a> <span class="soft small">${sizeInWords(artefact.bytes)}, SHA-256 ${mono(artefact.sha256.slice(0, 16))}</span>`,
          ] as const,
        ]),
  ])}</section>
<section class="stack"><h2>How it is kept</h2>${facts([
    ['Written down', html`${when(record.notedAt, moment)} by ${record.notedBy}`],
    ['Place in the chain', html`${mono(record.seq)} <span class="id">${record.hash}</span>`],
    [
      'Checks that rest on it',
      checks.length === 0
        ? 'none now: a newer record took its place, or no check asks for it'
        : html`${checks.map((id, nth) => html`${nth === 0 ? nothing : ', '}<a href="/ready/check/${id}">${id}</a>`)}`,
    ],
  ])}</section>
<p><a href="/evidence?${query({ about: record.subject })}">All evidence about this</a></p>`
}

function valueOf(one: EvidenceMeasure, moment: Moment): Html | string {
  if (one.unit === 'instant' && typeof one.value === 'number') return when(one.value, moment)
  if (typeof one.value === 'number' && one.unit === 'rows') return countOf(one.value, 'row')
  return measuredInWords({ ...one, value: one.value })
}
