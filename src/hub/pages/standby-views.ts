import { spanInWords } from '../../base/ago.ts'
import { HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status, type Tone } from '../../look/status.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when, whenToTheSecond } from '../../look/when.ts'
import type { PairState } from '../../monitor/standby/pair-state.ts'
import { positionInWords } from '../../monitor/standby/position.ts'
import type { SideTold } from '../../monitor/standby/side-told.ts'
import type { LagStep } from '../../monitor/standby/store.ts'
import type { StatusChange } from '../../monitor/store.ts'
import { lagChart } from './lag-chart.ts'
import { historyVerdict, pairTone, pairWord } from './standby-words.ts'
import { countOf, mono } from './words.ts'

export type Pair = {
  id: string
  name: string
  engine: 'postgres' | 'mariadb'
  everyMs: number
  state: PairState | undefined
}

const ENGINES = { postgres: 'PostgreSQL', mariadb: 'MariaDB' } as const

export function standbyHeadline(pairs: readonly Pair[]): string {
  if (pairs.length === 0) return 'No standby is configured, so nobody knows whether there is one that has everything.'
  const rest = pairsInOrder(pairs).filter(({ state }) => pairTone(state) !== 'fine')
  const [first] = rest
  if (first === undefined)
    return pairs.length === 1
      ? `The standby of ${pairs[0]?.name} has everything, by its own word and the primary’s.`
      : `All ${pairs.length} standbys have everything, by their own word and their primaries’.`
  const more = rest.length === 1 ? '' : ` ${countOf(rest.length - 1, 'other needs', 'others need')} a look too.`
  return `${first.name}: ${pairHeadline(first)}${more}`
}

const ORDER: readonly Tone[] = ['act', 'unknown', 'watch', 'fine']

/** The worst first; two that parted do more harm with every minute than one that is late. */
function pairsInOrder(pairs: readonly Pair[]): Pair[] {
  const rank = ({ state }: Pair) => ORDER.indexOf(pairTone(state)) - (state?.verdict.verdict === 'DIVERGED' ? 0.5 : 0)
  return pairs.toSorted((a, b) => rank(a) - rank(b))
}

/** Why it stands as it stands, in a sentence or two. */
export function pairHeadline({ state }: Pair): string {
  if (state === undefined) return 'Nobody has asked the two yet.'
  return state.findings[0]?.because ?? state.verdict.because
}

export function standbyListPage(pairs: readonly Pair[], moment: Moment): Html {
  return table<Pair>({
    caption: 'Databases and their standbys',
    hideCaption: true,
    rows: pairsInOrder(pairs),
    href: ({ id }) => `/standby/${id}`,
    tone: ({ state }) => {
      const tone = pairTone(state)
      return tone === 'act' || tone === 'watch' ? tone : undefined
    },
    columns: [
      { heading: 'Database', cell: ({ name }) => name },
      {
        heading: 'Verdict',
        cell: (pair) =>
          html`${pairWord(pair.state)}${pairTone(pair.state) === 'fine' ? nothing : html`<br><span class="small">${pairHeadline(pair)}</span>`}`,
      },
      {
        heading: 'Has everything up to',
        cell: ({ state }) => whenToTheSecond(state?.proven?.at, moment, 'never proven'),
      },
      { heading: 'Position', cell: ({ state }) => positionOf(state), extra: true },
      { heading: 'Last asked', cell: ({ state }) => when(state?.lookedAt, moment), extra: true },
    ],
    empty: {
      heading: 'No standbys',
      body: 'Standbys stand in the hub’s configuration file under “standbys”. Both servers are asked every few seconds, each over its own way.',
    },
  })
}

function positionOf(state: PairState | undefined): Html | string {
  return state?.proven === undefined ? 'not known' : mono(positionInWords(state.proven.to))
}

export type PairDetail = {
  pair: Pair
  steps: readonly LagStep[]
  /** What would be known if both were gone now. */
  loss: readonly string[]
  changes: readonly StatusChange[]
  moment: Moment
  csrf: string
  whyNotAct: string | undefined
}

export function standbyDetailPage(values: PairDetail): Html {
  const { pair, moment, csrf, whyNotAct } = values
  const { state } = pair
  return html`${(state?.findings ?? []).map(({ because: why, remedy }) => note('act', why, remedy))}
<section class="stack"><h2>How it stands</h2>${facts([
    [
      'Verdict',
      html`${pairWord(state)}<br><span class="small">${state?.verdict.because ?? 'Nobody has asked the two yet.'}</span>`,
    ],
    ['Since', when(state?.since, moment, 'not concluded yet')],
    ['Has everything up to', whenToTheSecond(state?.proven?.at, moment, 'never proven')],
    ['Position', positionOf(state)],
    ['Last asked', whenToTheSecond(state?.lookedAt, moment)],
    ['Asked', `every ${spanInWords(pair.everyMs)}, each side over its own way; ${ENGINES[pair.engine]}`],
  ])}<div class="row">${form(`/standby/${pair.id}/ask`, csrf, button('Ask both now', { look: 'quiet', because: whyNotAct }), 'row')}${
    state?.findings.some(({ fault }) => fault === 'wrong-host') === true
      ? form(
          `/standby/${pair.id}/anew`,
          csrf,
          button('This pair was made anew', { look: 'quiet', because: whyNotAct }),
          'row',
        )
      : nothing
  }</div></section>
<section class="stack"><h2>What each side said</h2>${state === undefined ? empty('Nothing yet', 'The first look is under way.') : html`<div class="cards sides">${sideCard('primary', state.sides.primary, moment)}${sideCard('standby', state.sides.standby, moment)}</div>`}</section>
<section class="stack"><h2>How far behind it was</h2>${lagSection(values)}</section>
<section class="stack"><h2>If both were lost now</h2><p>This is what could still be said, from the record that the hub and every site keep.</p><ul class="bullets">${values.loss.map((line) => html`<li>${line}</li>`)}</ul></section>
<section class="stack"><h2>Changes</h2>${changesTable(values.changes, moment)}</section>`
}

function sideCard(role: 'primary' | 'standby', told: SideTold, moment: Moment): Html {
  const says = told.answered ? told.says : `No answer. ${told.says}`
  const tone = !told.answered ? 'unknown' : told.role === role ? 'fine' : 'act'
  return html`<article class="card stack"><h3>The ${role}</h3><p>${status(tone, says)}</p>${facts([
    ['Asked', whenToTheSecond(told.askedAt, moment)],
    ...told.lines.map(({ what, value }) => [what, value] as const),
  ])}</article>`
}

/** A young record is drawn larger. */
export function lagSpanOf(oldestAt: number | undefined, now: number): { from: number; to: number; stepMs: number } {
  const spanMs = oldestAt === undefined || now - oldestAt < HOUR / 2 ? HOUR / 2 : 3 * HOUR
  return { from: now - spanMs, to: now, stepMs: spanMs === 3 * HOUR ? MINUTE : MINUTE / 6 }
}

function lagSection({ pair, steps, moment }: PairDetail): Html {
  if (steps.length < 2) return empty('Too few looks yet', 'The line begins after a minute.')
  const span = { ...lagSpanOf(steps[0]?.at, moment.now), zone: moment.zone }
  const worst = Math.max(0, ...steps.map((step) => step.provenAgeMs ?? 0))
  const unknown = steps.filter(({ verdict }) => verdict === 'UNKNOWN').length
  const label = `${pair.name}, over the last ${spanInWords(span.to - span.from)}: what was proven was at worst ${spanInWords(Math.max(SECOND, worst))} old${unknown === 0 ? '' : `, and for ${spanInWords(unknown * span.stepMs)} it was not known`}.`
  return html`<p>${label}</p>${lagChart(steps, span, label)}`
}

function changesTable(changes: readonly StatusChange[], moment: Moment): Html {
  if (changes.length === 0)
    return empty(
      'No changes yet',
      'Each change of the verdict, and each fault that comes or goes, becomes a line here.',
    )
  return table<StatusChange>({
    caption: 'Changes, newest first',
    hideCaption: true,
    rows: changes,
    columns: [
      { heading: 'When', cell: ({ at }) => whenToTheSecond(at, moment) },
      { heading: 'Became', cell: (change) => historyVerdict(change.status) },
      { heading: 'Because', cell: (change) => change.because },
    ],
    empty: { heading: '', body: '' },
  })
}
