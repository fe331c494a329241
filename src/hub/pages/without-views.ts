import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { empty, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { ForecastFacts } from '../../readiness/forecast/forecast.ts'
import type { Plan } from '../../readiness/readiness.ts'
import type { PlanVersion } from '../../readiness/store.ts'
import type { AppendicitisTest, Harm, WorseTime } from '../../readiness/without/appendicitis.ts'
import { harmInShort, lossesByKind, removedInWords } from '../../readiness/without/said.ts'
import { keyOf, type Loss, type Removal } from '../../readiness/without/without.ts'
import { fallMap } from './fall-map.ts'
import { countOf } from './words.ts'

const MOST_PAIRS_SHOWN = 40

const MOST_NAMED = 6

/** "Who must not fall ill now: Emil Driftgale and Lila Ingfell; without each of them something cannot be finished. Without Emil Driftgale (person): 4 ..." */
export function withoutHeadline(test: AppendicitisTest, { scenarios }: Plan): string {
  const { alone, taken } = test
  if (alone.length === 0) return `None of ${taken} people and things costs anything by being missing alone.`
  const ill = alone.flatMap(({ removed: [one], losses }) =>
    one?.kind === 'person' && losses.some(({ kind }) => kind === 'unfinished') ? [one.name] : [],
  )
  const more = ill.length > MOST_NAMED ? ` and ${ill.length - MOST_NAMED} more` : ''
  const who =
    ill.length === 0
      ? 'Nobody alone must stay well: whoever falls ill now, everything that can be finished can still be.'
      : `Who must not fall ill now: ${ill.slice(0, MOST_NAMED).join(', ')}${more}; without ${ill.length === 1 ? 'that person' : 'any of them'} something cannot be finished.`
  const worst = worstAlone(test)
  return `${who} Without ${removedInWords(worst)}: ${harmInShort(alone.find(({ removed }) => removed === worst)?.losses ?? [])}, of ${countOf(scenarios.scenarios.length, 'scenario')}. ${alone.length} of ${taken} people and things cost something when they alone are missing.`
}

/** What the page tells of before anybody chooses: the worst person, or the worst thing where no person is missed. */
export function worstAlone({ alone }: AppendicitisTest): readonly Removal[] {
  return (alone.find(({ removed }) => removed[0]?.kind === 'person') ?? alone[0])?.removed ?? []
}

type Values = {
  test: AppendicitisTest
  harm: Harm
  chosen: boolean
  all: readonly Removal[]
  facts: ForecastFacts
  version: PlanVersion
}

export function withoutPage({ test, harm, chosen, all, facts, version }: Values): Html {
  const { plan, now } = facts
  const moment = { now, zone: plan.practice.practice.zone }
  return html`<p class="soft">By version ${version.version} of the plan, kept ${when(version.keptAt, moment)}; worked out ${when(test.at, moment)} for those who are there then.</p>
${chooser(harm.removed, all, chosen)}
<section class="stack"><h2>Without ${removedInWords(harm.removed)}</h2><p>${sentence(harm.losses)}</p>${fallMap(plan, harm.removed, harm.losses)}${lossList(harm.losses)}</section>
<section class="stack"><h2>As it stands, with nobody missing but those on leave</h2>${test.asItStands.length === 0 ? html`<p>${status('fine', 'Nothing is lost as it stands.')}</p>` : lossList(test.asItStands)}</section>
<section class="stack"><h2>One at a time, worst first</h2>${harmTable('Each that costs something alone', test.alone, `${countOf(test.taken, 'thing')} taken out one at a time, and none costs anything.`)}<p class="soft small">${test.taken} were taken out: people, credentials, lines, hosts, switches, vendors. Nothing that the plan knows of is lost without the other ${test.taken - test.alone.length}.</p></section>
<section class="stack"><h2>Two at a time: what neither costs alone</h2>${harmTable('Pairs', test.pairs.slice(0, MOST_PAIRS_SHOWN), 'No two together cost more than each alone.')}<p class="soft small">${test.pairsTaken.toLocaleString('en-US')} pairs were tried${test.pairsLeft === 0 ? '' : `, ${test.pairsLeft.toLocaleString('en-US')} more were not`}. ${test.pairs.length > MOST_PAIRS_SHOWN ? `${test.pairs.length - MOST_PAIRS_SHOWN} further pairs are told by holdfast plan without.` : ''}</p></section>
<section class="stack"><h2>The next 30 days, shift by shift</h2>${worseTable(test.worseTimes, moment, test.shifts)}</section>`
}

function chooser(removed: readonly Removal[], all: readonly Removal[], chosen: boolean): Html {
  const options = [
    { value: '', label: 'nothing' },
    ...all.map((one) => ({ value: keyOf(one), label: `${one.name} (${one.kind})` })),
  ]
  const key = (nth: number): string => {
    const one = removed[nth]
    return one === undefined ? '' : keyOf(one)
  }
  const fields = [0, 1].map(
    (nth) =>
      html`<div class="field"><label for="take-${nth}">${nth === 0 ? 'Take out' : 'and'}</label><select id="take-${nth}" name="take">${options.map(
        ({ value, label }) =>
          html`<option value="${value}"${value === key(nth) && (chosen || nth === 0) ? html` selected` : nothing}>${label}</option>`,
      )}</select></div>`,
  )
  return html`<form method="get" action="/ready/without" class="row filter no-print">${fields}<button>What then?</button></form>`
}

function sentence(losses: readonly Loss[]): Html {
  const words = harmInShort(losses)
  return losses.length === 0
    ? status('fine', `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`)
    : html`${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`
}

/** What is lost, worst kind first; what is lost by one because stands in one line. */
function lossList(losses: readonly Loss[]): Html {
  return html`${lossesByKind(losses).map(
    (group) =>
      html`<div><h3>${group.heading}</h3><ul>${[...Map.groupBy(group.losses, ({ because }) => because)].map(
        ([because, its]) => html`<li><strong>${its.map(({ name }) => name).join(', ')}</strong>: ${because}.</li>`,
      )}</ul></div>`,
  )}`
}

function harmTable(caption: string, harms: readonly Harm[], none: string): Html {
  return table<Harm>({
    caption,
    hideCaption: true,
    rows: harms,
    href: ({ removed }) => `/ready/without?${removed.map((one) => `take=${encodeURIComponent(keyOf(one))}`).join('&')}`,
    tone: ({ losses }) => (losses.some(({ kind }) => kind === 'unfinished') ? 'act' : 'watch'),
    columns: [
      { heading: 'Without', cell: ({ removed }) => removedInWords(removed) },
      {
        heading: 'What is lost',
        cell: ({ losses }) =>
          html`${status(losses.some(({ kind }) => kind === 'unfinished') ? 'act' : 'watch', losses.some(({ kind }) => kind === 'unfinished') ? 'cannot be finished' : 'something falls')}<br>${harmInShort(losses)}`,
      },
      {
        heading: 'Above all',
        cell: ({ losses }) =>
          html`<span class="small">${losses
            .slice(0, 3)
            .map(({ name }) => name)
            .join('; ')}${losses.length > 3 ? '; and more' : ''}</span>`,
      },
    ],
    empty: { heading: 'Nothing', body: none },
  })
}

function worseTable(worse: readonly WorseTime[], moment: Moment, shifts: number): Html {
  if (worse.length === 0)
    return empty(
      'Never worse than now',
      `At each of the ${shifts} shifts every person was taken out; no absence costs more then than it does now.`,
    )
  return html`${table<WorseTime>({
    caption: 'Times in which an absence costs more than now',
    hideCaption: true,
    rows: worse,
    tone: () => 'watch',
    columns: [
      { heading: 'From', cell: ({ from }) => when(from, moment) },
      { heading: 'To', cell: ({ to }) => when(to, moment) },
      { heading: 'Not there anyway', cell: ({ away }) => (away.length === 0 ? 'nobody' : away.join(', ')) },
      { heading: 'And without', cell: ({ removed }) => (removed === undefined ? 'nobody else' : removed.name) },
      {
        heading: 'What is lost besides',
        cell: ({ losses }) =>
          html`${harmInShort(losses)}<br><span class="small">${losses
            .slice(0, 3)
            .map(({ name }) => name)
            .join('; ')}</span>`,
      },
    ],
    empty: { heading: '', body: '' },
  })}<p class="soft small">Every person was taken out at each of ${shifts} shifts.</p>`
}
