import { spanInWords } from '../../base/ago.ts'
import { sha256Hex } from '../../base/hash.ts'
import { inBrief } from '../../base/in-brief.ts'
import { HOUR, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import { SECTION_NAMES } from '../../chart/chart.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'
import type { SourceSignal } from '../../connect/ehr.ts'
import { button, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { type LinePoint, lineChart } from '../../look/line.ts'
import { note, status } from '../../look/status.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { SourceStatus } from '../../monitor/monitor.ts'
import type { StatusChange } from '../../monitor/store.ts'
import type { KeptAside, SourceRead, SourceState } from '../sources/sources.ts'
import { changesTable } from './site-detail.ts'
import { countOf, mono, sourceTone, sourceWord } from './words.ts'

export type SourceLine = { state: SourceState; status: SourceStatus; everyMs: number }

export function sourcesHeadline(lines: readonly SourceLine[]): string {
  if (lines.length === 0) return 'No source is configured, so there is nothing to publish.'
  const bad = lines.filter(({ status }) => 'since' in status)
  const starting = lines.filter(({ status }) => status.status === 'starting')
  if (bad.length > 0) return `${bad[0]?.status.name}: ${bad[0]?.status.because}`
  if (starting.length > 0)
    return `${starting[0]?.status.name}: ${progressWords(starting[0]?.state) ?? starting[0]?.status.because}`
  return lines.length === 1
    ? `${lines[0]?.status.name} is current. ${lines[0]?.status.because}`
    : `All ${lines.length} sources are current.`
}

function progressWords(state: SourceState | undefined): string | undefined {
  const progress = state?.progress
  if (progress === undefined) return undefined
  const of = progress.of === undefined ? '' : ` of ${progress.of.toLocaleString('en-US')}`
  return `${progress.what}: ${progress.done.toLocaleString('en-US')}${of}.`
}

const KINDS: { [kind: string]: string } = {
  sql: 'database',
  fhir: 'FHIR interface',
  hl7v2: 'HL7 messages',
  files: 'drop folder',
}

export function sourceListPage(values: { lines: readonly SourceLine[]; moment: Moment }): Html {
  const { lines, moment } = values
  return table<SourceLine>({
    caption: 'Sources',
    hideCaption: true,
    rows: lines,
    href: ({ state }) => `/sources/${state.sourceId}`,
    tone: ({ status: of }) => (sourceTone(of.status) === 'act' ? 'act' : undefined),
    columns: [
      { heading: 'Source', cell: ({ state }) => state.name },
      { heading: 'Kind', cell: ({ state }) => KINDS[state.kind] ?? state.kind },
      {
        heading: 'Status',
        cell: ({ status: of, state }) =>
          html`${sourceWord(of.status)}${of.status === 'current' ? nothing : html`<br><span class="small">${progressWords(state) ?? of.because}</span>`}`,
      },
      { heading: 'Current to', cell: ({ state }) => when(state.asOf, moment, 'not read yet') },
      { heading: 'Last read', cell: ({ state }) => when(state.readAt, moment) },
      { heading: 'Read every', cell: ({ everyMs }) => spanInWords(everyMs), number: true },
      { heading: 'Quarantined', cell: ({ state }) => state.setAside.toLocaleString('en-US'), number: true },
    ],
    empty: {
      heading: 'No sources',
      body: 'Sources stand in the hub’s configuration file. Each names a connector: sql, fhir, hl7v2 or files.',
    },
  })
}

export type SourceDetail = SourceLine & {
  reads: readonly SourceRead[]
  changes: readonly StatusChange[]
  reasons: readonly { because: string; count: number }[]
  /** Places that its appointments name and no site claims. */
  unclaimed: readonly { locationId: string; appointments: number }[]
  canary: boolean | undefined
  probe: SourceSignal | undefined
  moment: Moment
  csrf: string
  maySeeAside: boolean
  whyNotAct: string | undefined
}

export function sourceDetailPage(values: SourceDetail): Html {
  const { state, status: of, reads, moment, csrf, whyNotAct } = values
  return html`${values.probe === undefined ? nothing : probeNote(values.probe, moment)}${complaintsNote(state)}
<div class="columns"><section class="stack"><h2>How it stands</h2>${facts([
    ['Status', html`${sourceWord(of.status)}<br><span class="small">${of.because}</span>`],
    ['Current to', when(state.asOf, moment, 'not read yet')],
    ['Last read to its end', when(state.readAt, moment)],
    ['Schedule as of', when(state.scheduleAsOf, moment, 'it has given none')],
    ...olderLists(state, moment),
    [
      'Deletions last looked for',
      when(state.deletionsAt, moment, 'with each read, as far as the source says that something was deleted'),
    ],
    [
      'Newest stamp back',
      values.canary === false ? 'no stamps: nothing may be written there' : when(state.canary, moment, 'none yet'),
    ],
    [
      'Newest stamp written',
      values.canary === false
        ? 'none'
        : html`${when(state.canaryWrittenAt, moment, 'none yet')}${state.canaryFailing === undefined ? nothing : html`<br><span class="small">${status('watch', 'failing')} ${state.canaryFailing}</span>`}`,
    ],
    ['Read every', spanInWords(values.everyMs)],
    ...(state.progress === undefined ? [] : ([['Reading now', progressWords(state) ?? '']] as const)),
  ])}<div class="row">${form(`/sources/${state.sourceId}/probe`, csrf, button('Ask it now', { look: 'quiet', because: whyNotAct }), 'row')}${form(`/sources/${state.sourceId}/read`, csrf, button('Read it now', { look: 'quiet', because: whyNotAct }), 'row')}</div></section>
<section class="stack"><h2>How far it was behind</h2>${lagLine(values)}</section></div>
<section class="stack"><h2>Quarantined records</h2>${asideSummary(values)}</section>
${unclaimedSection(values.unclaimed)}<section class="stack"><h2>Status changes</h2>${changesTable(values.changes, moment)}</section>
<section class="stack"><h2>Last reads</h2>${readsTable(reads, moment)}</section>`
}

/** Lists whose changes are found by a slower pass, or that are held back. */
function olderLists({ sections }: SourceState, moment: Moment): [Html | string, Html | string][] {
  const older = SECTION_NAMES.flatMap((name) => {
    const at = sections[name]
    return at === undefined ? [] : [html`${SECTION_TITLES[name]} ${when(at, moment)}`]
  })
  return older.length === 0 ? [] : [['Lists that are older', html`${older.map((one) => html`${one}<br>`)}`]]
}

/** All that must be put right, once: everywhere else stands the first of it. */
function complaintsNote({ failing }: SourceState): Html {
  const [heading = '', ...complaints] = (failing?.because ?? '').split('\n').filter((line) => line !== '')
  if (complaints.length < 2) return html`${nothing}`
  return note('act', heading, html`<ul class="small">${complaints.map((one) => html`<li>${one}</li>`)}</ul>`)
}

function probeNote(probe: SourceSignal, moment: Moment): Html {
  return probe.answered
    ? note(
        'fine',
        `It answered in ${probe.tookMs} ms`,
        html`<p>${probe.because}. Current to ${when(probe.asOf, moment)}.</p>`,
      )
    : note('act', 'It did not answer', html`<p>${inBrief(probe.because)}</p>`)
}

function lagLine({ reads, everyMs, moment, state }: SourceDetail): Html {
  const done = reads.filter((read) => read.outcome === 'done')
  if (done.length === 0) return empty('Nothing to draw yet', 'The line begins with the first read that ends well.')
  const points: LinePoint[] = reads.map((read) => ({
    at: read.endedAt,
    value: read.outcome === 'done' && read.asOf !== undefined ? Math.max(0, read.endedAt - read.asOf) : undefined,
  }))
  const last = done.at(-1)
  const lag = last?.asOf === undefined ? undefined : last.endedAt - last.asOf
  const said =
    lag === undefined
      ? ''
      : lag < SECOND
        ? 'At the last read it was not behind.'
        : `At the last read it was ${spanInWords(lag)} behind.`
  const from = Math.max(moment.now - 3 * HOUR, (reads[0]?.endedAt ?? moment.now) - MINUTE)
  return html`${lineChart({
    label: `How far ${state.name} was behind when it was read. ${said}`,
    points,
    from,
    to: moment.now,
    limit: { value: 2 * everyMs, label: `two intervals, ${spanInWords(2 * everyMs)}` },
    inWords: (value) => spanInWords(Math.ceil(value / 1000) * 1000),
    zone: moment.zone,
  })}<p class="small soft">${said} A gap is a read that failed.</p>`
}

function asideSummary({ reasons, state, maySeeAside }: SourceDetail): Html {
  const total = reasons.reduce((sum, one) => sum + one.count, 0)
  if (total === 0) return empty('Nothing', 'Everything that this source said was understood.')
  return html`<p>${countOf(total, 'record')} could not be understood, in full or in part. They are kept. Where it is known whose they are, the chart says so.</p>${table<{
    because: string
    count: number
  }>({
    caption: 'Reasons, the most frequent first',
    hideCaption: true,
    rows: reasons,
    columns: [
      { heading: 'Because', cell: (one) => one.because },
      { heading: 'Records', cell: (one) => one.count.toLocaleString('en-US'), number: true },
    ],
    empty: { heading: '', body: '' },
  })}<p>${maySeeAside ? html`<a href="/sources/${state.sourceId}/aside">See the records themselves</a> (patient data)` : html`<span class="soft small">The records themselves are patient data: only who may see charts can open them.</span>`}</p>`
}

function unclaimedSection(unclaimed: SourceDetail['unclaimed']): Html {
  if (unclaimed.length === 0) return html`${nothing}`
  const total = unclaimed.reduce((sum, one) => sum + one.appointments, 0)
  return html`<section class="stack"><h2>Visits that no site shows</h2><p>${status('watch', countOf(total, 'visit'))} from yesterday on, at ${countOf(unclaimed.length, 'place')} that no site claims. They are on no screen and on no paper of a site. Give the place to its site under <a href="/sites">Sites</a>, or mend its name in the source or in its mapping.</p>${table<
    SourceDetail['unclaimed'][number]
  >({
    caption: 'Places that no site claims',
    hideCaption: true,
    rows: unclaimed.slice(0, 30),
    columns: [
      { heading: 'Place, as the source names it', cell: (one) => mono(one.locationId) },
      { heading: 'Visits', cell: (one) => one.appointments.toLocaleString('en-US'), number: true },
    ],
    empty: { heading: '', body: '' },
  })}</section>`
}

function readsTable(reads: readonly SourceRead[], moment: Moment): Html {
  return table<SourceRead>({
    caption: 'Reads, newest first',
    hideCaption: true,
    rows: reads.slice(-15).toReversed(),
    columns: [
      { heading: 'Ended', cell: (read) => when(read.endedAt, moment) },
      {
        heading: 'Outcome',
        cell: (read) =>
          read.outcome === 'done'
            ? status('fine', 'done')
            : html`${status('act', 'failed')}<br><span class="small">${inBrief(read.because)}</span>`,
      },
      { heading: 'Current to', cell: (read) => when(read.asOf, moment, 'not said') },
      { heading: 'Charts changed', cell: (read) => read.charts.toLocaleString('en-US'), number: true },
      { heading: 'Visits changed', cell: (read) => read.appointments.toLocaleString('en-US'), number: true },
      { heading: 'Quarantined', cell: (read) => String(read.setAside), number: true },
      {
        heading: 'Took',
        cell: (read) => (read.tookMs < 1000 ? `${read.tookMs} ms` : spanInWords(read.tookMs)),
        number: true,
      },
    ],
    empty: { heading: 'No reads yet', body: 'The first read is under way or about to begin.' },
  })
}

export type AsidePage = {
  state: SourceState
  records: readonly KeptAside[]
  moment: Moment
  csrf: string
  whyNotDismiss: string | undefined
}

export function asidePage(values: AsidePage): Html {
  const { records, moment } = values
  if (records.length === 0) return empty('No quarantined records', 'Everything that this source said was understood.')
  return html`<p>Patient data: what you open here is written into the audit trail.</p><div class="stack-wide">${records.map(
    (record) =>
      html`<article class="card stack"><h3>${record.because}</h3><p class="small">${mono(record.where)} · ${timesWords(record.times, record.firstAt, record.lastAt, moment)}</p>${facts(
        [
          ['Patient', record.patientId === undefined ? 'not known' : mono(record.patientId)],
          ['List', record.section === undefined ? 'not known' : SECTION_TITLES[record.section]],
          ['On the chart', shownWords(record, moment)],
        ],
      )}<details><summary>What it said</summary><pre class="id small" tabindex="0">${record.raw}</pre></details>${record.patientId === undefined ? nothing : dismissForm(record, values)}</article>`,
  )}</div>`
}

function shownWords({ patientId, dismissed }: KeptAside, moment: Moment): Html | string {
  if (patientId === undefined) return 'no: nobody knows whose it is'
  if (dismissed === undefined) return 'yes: the chart says that something is missing'
  return html`no: dismissed by ${dismissed.by}, ${when(dismissed.at, moment)}. Reason: ${dismissed.reason}`
}

function dismissForm({ key, dismissed }: KeptAside, { state, csrf, whyNotDismiss }: AsidePage): Html {
  const [decision, label] = dismissed === undefined ? ['dismiss', 'Dismiss'] : ['undo', 'Undo']
  return form(
    `/sources/${state.sourceId}/aside`,
    csrf,
    html`<input type="hidden" name="key" value="${key}"><input type="hidden" name="decision" value="${decision}">${field({ name: `reason-${sha256Hex(key).slice(0, 8)}`, label: 'Reason', required: true })}${button(label ?? '', { look: 'quiet', because: whyNotDismiss })}`,
  )
}

function timesWords(times: number, first: Instant, last: Instant, moment: Moment): Html {
  return times === 1
    ? html`${when(last, moment)}`
    : html`${times} times, last ${when(last, moment)}, first ${when(first, moment)}`
}
