import { spanInWords } from '../../base/ago.ts'
import { HOUR, type Instant, SECOND } from '../../base/time.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import {
  type Measured,
  type Observation,
  type ObserverStatus,
  SYSTEM_STATUSES,
  type SystemStatus,
} from '../../monitor/observations/observations.ts'
import type { AnswerStep, SystemChange } from '../../monitor/observations/store.ts'
import { spark } from './spark.ts'
import { countOf, mono, sizeInWords, systemTone, systemWord } from './words.ts'

export const ANSWERS_SPAN_MS = 3 * HOUR

/** As fine as a spark can draw. */
export const ANSWERS_STEP_MS = ANSWERS_SPAN_MS / 120

/** Answers of the last hours, by observer. */
export type Answers = ReadonlyMap<string, readonly AnswerStep[]>

/** A system with one observer is called as that is. */
export function systemName({ systemId, seen }: SystemStatus): string {
  const [only] = seen
  return seen.length === 1 && only !== undefined ? only.observer.name : systemId
}

/** Worst first, then by name. */
export function systemsInOrder(systems: readonly SystemStatus[]): SystemStatus[] {
  return systems.toSorted(
    (a, b) =>
      SYSTEM_STATUSES.indexOf(a.status) - SYSTEM_STATUSES.indexOf(b.status) ||
      systemName(a).localeCompare(systemName(b)),
  )
}

/** "4 of 5 systems are well. EHR database: ..." */
export function systemsHeadline(systems: readonly SystemStatus[]): string {
  if (systems.length === 0) return 'No probe is configured, so nobody asks any system how it is.'
  const rest = systemsInOrder(systems).filter((one) => one.status !== 'well')
  const [first] = rest
  if (first === undefined)
    return systems.length === 1 ? 'The one system that is asked is well.' : `All ${systems.length} systems are well.`
  const more = rest.length === 1 ? '' : ` ${countOf(rest.length - 1, 'other needs', 'others need')} a look too.`
  return `${systems.length - rest.length} of ${countOf(systems.length, 'system is', 'systems are')} well. ${systemName(first)}: ${first.because}${more}`
}

export function systemListPage(values: { systems: readonly SystemStatus[]; answers: Answers; moment: Moment }): Html {
  const { moment, answers } = values
  return table<SystemStatus>({
    caption: 'Systems, those that need someone first',
    hideCaption: true,
    rows: systemsInOrder(values.systems),
    href: (system) => `/systems/${system.systemId}`,
    tone: ({ status }) => {
      const tone = systemTone(status)
      return tone === 'act' || tone === 'watch' ? tone : undefined
    },
    columns: [
      { heading: 'System', cell: systemName },
      {
        heading: 'Status',
        cell: (system) =>
          html`${systemWord(system.status)}${system.status === 'well' ? nothing : html`<br><span class="small">${system.because}</span>`}`,
      },
      { heading: 'Observers', cell: agreement },
      { heading: 'Last asked', cell: (system) => when(lastAsked(system), moment) },
      {
        heading: `Answer time, last ${spanInWords(ANSWERS_SPAN_MS)}`,
        cell: (system) => (system.seen[0] === undefined ? nothing : answerSpark(system.seen[0], answers, moment)),
        extra: true,
      },
    ],
    empty: {
      heading: 'No systems',
      body: 'Probes stand in the hub’s configuration file under “probes”. Each asks one system how it is, from here.',
    },
  })
}

function agreement({ agree, observers }: SystemStatus): string {
  if (observers === 0) return 'nobody'
  return observers === 1 ? '1' : `${agree} of ${observers} agree`
}

function lastAsked({ seen }: SystemStatus): Instant | undefined {
  const times = seen.flatMap(({ observer }) => (observer.last === undefined ? [] : [observer.last.at]))
  return times.length === 0 ? undefined : Math.max(...times)
}

function answerSpark({ observer }: ObserverStatus, answers: Answers, moment: Moment): Html {
  const steps = answers.get(observer.observerId) ?? []
  const fastest = steps.flatMap((step) => step.fastestMs ?? [])
  const slowest = steps.flatMap((step) => step.slowestMs ?? [])
  if (steps.length < 2) return html`<span class="soft small">too few looks yet</span>`
  if (slowest.length === 0) return html`<span class="soft small">no answers</span>`
  const unanswered = steps.reduce((sum, step) => sum + step.unanswered, 0)
  const label = `${observer.name}, over the last ${spanInWords(ANSWERS_SPAN_MS)}: answers took from ${Math.min(...fastest)} to ${Math.max(...slowest)} ms${unanswered === 0 ? '' : `, and ${countOf(unanswered, 'look')} had none`}.`
  return spark(
    steps.map(({ at, slowestMs, unanswered: none }) => ({ at, value: none > 0 ? undefined : slowestMs })),
    { from: moment.now - ANSWERS_SPAN_MS, to: moment.now, limit: undefined, label },
  )
}

export type SystemDetail = {
  system: SystemStatus
  answers: Answers
  changes: readonly SystemChange[]
  moment: Moment
  csrf: string
  whyNotAct: string | undefined
}

export function systemDetailPage(values: SystemDetail): Html {
  const { system, moment, csrf, whyNotAct } = values
  const [latest] = values.changes
  return html`<section class="stack"><h2>How it stands</h2>${facts([
    ['Status', systemWord(system.status)],
    ['Since', when(latest?.at, moment, 'not concluded yet')],
    ['Observers that agree', `${system.agree} of ${system.observers}`],
    ['Last asked', when(lastAsked(system), moment)],
  ])}${form(`/systems/${system.systemId}/ask`, csrf, button('Ask it now', { look: 'quiet', because: whyNotAct }), 'row')}</section>
<section class="stack"><h2>Who asks it, and what was said</h2>${system.seen.map((one) => observerCard(one, values))}</section>
<section class="stack"><h2>Status changes</h2>${changesTable(values.changes, moment)}</section>`
}

function observerCard(one: ObserverStatus, { answers, moment }: SystemDetail): Html {
  const { observer, status, because } = one
  const { last } = observer
  return html`<article class="card stack"><h3>${observer.name}</h3>${facts([
    ['Status', html`${systemWord(status)}<br><span class="small">${because}</span>`],
    ['Asks by', html`${mono(observer.kind)}, every ${spanInWords(observer.everyMs)}`],
    ['Last asked', when(last?.at, moment)],
    ['Answer time', last === undefined ? 'not known' : tookInWords(last.observation)],
    [`Last ${spanInWords(ANSWERS_SPAN_MS)}`, answerSpark(one, answers, moment)],
    ...(last?.observation.measured ?? []).map((one) => [capital(one.what), measuredInWords(one)] as const),
  ])}</article>`
}

/** A measured value with its unit, as people say it. */
export function measuredInWords({ value, unit }: Measured): string {
  if (typeof value === 'string') return value
  if (unit === 's') return value < 1 ? '0 s' : spanInWords(value * SECOND)
  if (unit === 'bytes') return sizeInWords(value)
  if (unit === 'count') return value.toLocaleString('en-US')
  return `${value.toLocaleString('en-US')} ${unit}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function tookInWords({ answer, tookMs }: Observation): string {
  const took = tookMs < SECOND ? `${tookMs} ms` : `${(tookMs / SECOND).toFixed(1)} s`
  return answer === 'answered' ? took : `no answer; the look ended after ${took}`
}

function changesTable(changes: readonly SystemChange[], moment: Moment): Html {
  if (changes.length === 0) return empty('No changes yet', 'Each change of status becomes a line here.')
  return table<SystemChange>({
    caption: 'Status changes, newest first',
    hideCaption: true,
    rows: changes,
    columns: [
      { heading: 'When', cell: (change) => when(change.at, moment) },
      { heading: 'Became', cell: (change) => systemWord(change.status) },
      { heading: 'Observers', cell: ({ agree, observers }) => `${agree} of ${observers} agree` },
      { heading: 'Because', cell: (change) => change.because },
    ],
    empty: { heading: '', body: '' },
  })
}
