import { spanInWords } from '../../base/ago.ts'
import { inBrief } from '../../base/in-brief.ts'
import { HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { SECTION_NAMES } from '../../chart/chart.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'
import type { SourceSignal } from '../../connect/ehr.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { type LinePoint, lineChart } from '../../look/line.ts'
import { note, status } from '../../look/status.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { SourceStatus } from '../../monitor/monitor.ts'
import type { StatusChange } from '../../monitor/store.ts'
import type { SourceRead, SourceState } from '../sources/sources.ts'
import { type AsideReason, quarantineSummary } from './quarantine-views.ts'
import { changesTable } from './site-detail.ts'
import { countOf, mono, sourceTone, sourceWord } from './words.ts'

/** `held`: how much of it is held back and waits for a person. */
export type SourceLine = { state: SourceState; status: SourceStatus; everyMs: number; held: number }

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
      { heading: 'Held back', cell: ({ held }) => held.toLocaleString('en-US'), number: true },
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
  reasons: readonly AsideReason[]
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
<div class="columns"><section class="stack"><h2>Status</h2>${facts([
    ['Status', html`${sourceWord(of.status)}<br><span class="small">${of.because}</span>`],
    ['Current to', when(state.asOf, moment, 'not read yet')],
    ['Last read to its end', when(state.readAt, moment)],
    ['Schedule as of', when(state.scheduleAsOf, moment, 'it has given none')],
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
    ['Deletions last looked for', when(state.deletionsAt, moment, 'not known, or the source says so itself')],
    [
      'Held back',
      values.held === 0 ? 'nothing' : html`<a href="/held">${values.held.toLocaleString('en-US')} to decide</a>`,
    ],
    ...(state.progress === undefined ? [] : ([['Reading now', progressWords(state) ?? '']] as const)),
  ])}<div class="row">${form(`/sources/${state.sourceId}/probe`, csrf, button('Check now', { look: 'quiet', because: whyNotAct }), 'row')}${form(`/sources/${state.sourceId}/read`, csrf, button('Read now', { look: 'quiet', because: whyNotAct }), 'row')}</div></section>
<section class="stack"><h2>Lag</h2>${lagLine(values)}</section></div>
<section class="stack"><h2>Quarantined records</h2>${quarantineSummary(values)}</section>
${olderLists(values)}${unclaimedSection(values.unclaimed)}<section class="stack"><h2>Status changes</h2>${changesTable(values.changes, moment)}</section>
<section class="stack"><h2>Last reads</h2>${readsTable(reads, moment)}</section>`
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

/** Lists in which changes are found only by a slower pass. */
function olderLists({ state, moment }: SourceDetail): Html {
  const older = SECTION_NAMES.flatMap((name) => {
    const at = state.sections[name]
    return at === undefined || (state.asOf !== undefined && at >= state.asOf) ? [] : [{ name, at }]
  })
  if (older.length === 0) return html`${nothing}`
  return html`<section class="stack"><h2>Lists that are older</h2><p>Changes in these lists are found only by a slower pass. Charts show the age of each.</p>${table<
    (typeof older)[number]
  >({
    caption: 'Lists that are older than the source',
    hideCaption: true,
    rows: older.toSorted((a, b) => a.at - b.at),
    columns: [
      { heading: 'List', cell: ({ name }) => SECTION_TITLES[name] },
      { heading: 'Compared in all charts', cell: ({ at }) => when(at, moment) },
    ],
    empty: { heading: '', body: '' },
  })}</section>`
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
