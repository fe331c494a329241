import { spanInWords } from '../../base/ago.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status, type Tone } from '../../look/status.ts'
import { type Column, table } from '../../look/table.ts'
import { when } from '../../look/when.ts'
import type {
  Actor,
  CanAct,
  Figure,
  ForecastFacts,
  ScenarioForecast,
  SiteReads,
  SystemLoss,
} from '../../readiness/forecast/forecast.ts'
import { figureInShort } from '../../readiness/forecast/said.ts'
import type { PlanVersion } from '../../readiness/store.ts'
import { countOf } from './words.ts'

const AT = '/ready/if-it-happened'

/** "Nothing that the plan names is known to stand in the way of 15 of 17 scenarios; none is proven: ..." */
export function forecastHeadline(scenarios: readonly ScenarioForecast[]): string {
  const free = scenarios.filter(({ cannotFinish }) => cannotFinish.length === 0)
  const proven = free.filter(isProven).length
  const first = scenarios.find(({ cannotFinish }) => cannotFinish.length > 0)
  const blocked = first === undefined ? '' : ` In the way of “${first.name}”: ${first.cannotFinish[0]}.`
  const proof =
    proven === 0
      ? 'none is proven: no whole answer was tried and timed lately'
      : `${proven} of them ${proven === 1 ? 'is' : 'are'} proven by an answer that was tried and timed`
  return `Nothing that the plan names is known to stand in the way of ${free.length} of ${countOf(scenarios.length, 'scenario')}; ${proof}.${blocked}`
}

function isProven({ recovery: { figure } }: ScenarioForecast): boolean {
  return figure.status === 'measured' && !figure.old
}

export function forecastPage(scenarios: readonly ScenarioForecast[], facts: ForecastFacts, version: PlanVersion): Html {
  const moment = { now: facts.now, zone: facts.plan.practice.practice.zone }
  const rows = {
    rows: scenarios,
    href: ({ id }: ScenarioForecast) => `${AT}/${id}`,
    empty: {
      heading: 'The plan has no scenario',
      body: 'They stand in scenarios.yaml: what may happen, what it takes away, which runbook answers.',
    },
  }
  return html`<p class="soft">By version ${version.version} of the plan, kept ${when(version.keptAt, moment)}, and what is on record. A number is what was measured; a promise of the plan is shown as one. <a href="/ready/without">What if somebody were missing?</a></p>
<section class="stack"><h2>When could each site read?</h2>${table<ScenarioForecast>({
    caption: 'When could each site read schedule and key data, by scenario',
    hideCaption: true,
    ...rows,
    columns: [
      { heading: 'If this happened', cell: ({ name }) => name },
      ...facts.plan.sites.sites.map(
        (site): Column<ScenarioForecast> => ({
          heading: site.name,
          cell: ({ sites }) => {
            const found = sites.find(({ id }) => id === site.id)
            return found === undefined || !found.concerned
              ? html`<span class="soft">not concerned</span>`
              : readsCell(found.reads)
          },
        }),
      ),
    ],
  })}<p class="soft small">“EHR”: not touched there, by the plan’s map. A time: until the lockbox could be read, as it was last tried. A scenario of one site is asked for each as if it happened there.</p></section>
<section class="stack"><h2>When are systems back, what is lost, who acts?</h2>${table<ScenarioForecast>({
    caption: 'When systems are back, what is lost and who acts, by scenario',
    hideCaption: true,
    ...rows,
    tone: ({ cannotFinish }) => (cannotFinish.length > 0 ? 'act' : undefined),
    columns: [
      { heading: 'If this happened', cell: ({ name }) => name },
      { heading: 'Systems back after', cell: ({ recovery }) => withPromise(recovery.figure, recovery.expectedMs) },
      { heading: 'Lost at the most', cell: lossCell },
      {
        heading: 'Who acts first',
        cell: ({ actors }) =>
          actors[0] === undefined ? 'nobody is named' : html`${actors[0].name}<br>${canWord(actors[0])}`,
      },
      { heading: 'Does anything stand in the way?', cell: finishCell },
    ],
  })}</section>`
}

function readsCell(reads: SiteReads): Html {
  if (reads.how === 'ehr') return status('fine', 'EHR')
  if (reads.how === 'paper') return status('act', 'paper')
  if (reads.how === 'not-said') return status('unknown', 'not known')
  const { time, until } = reads
  const briefly = until === undefined ? nothing : html`<br><span class="small">while its UPS lasts</span>`
  if (time.status === 'not-known') return html`${status('unknown', 'not known')}${briefly}`
  return html`${status(time.old ? 'watch' : 'fine', figureInShort(time))}${time.old ? html`<br><span class="small">tested too long ago</span>` : nothing}${briefly}`
}

/** A number or "not known", with the promise of the plan below it. */
export function withPromise(figure: Figure, promisedMs: number | undefined): Html {
  return html`${figureWord(figure, promisedMs)}<br><span class="small soft">${promisedMs === undefined ? 'nothing promised' : `promised: ${spanInWords(promisedMs)}`}</span>`
}

function figureWord(figure: Figure, promisedMs: number | undefined): Html {
  if (figure.status === 'not-known') return status('unknown', 'not known')
  const tone: Tone =
    promisedMs !== undefined && (figure.toMs ?? Infinity) > promisedMs ? 'act' : figure.old ? 'watch' : 'fine'
  return status(tone, figureInShort(figure))
}

function lossCell({ losses }: ScenarioForecast): Html {
  if (losses.length === 0) return html`<span class="soft">what was being written</span>`
  const unknown = losses.filter(({ figure }) => figure.status === 'not-known')
  const worst = losses.toSorted((a, b) => mostOf(b.figure) - mostOf(a.figure))[0]
  return html`${
    worst === undefined || worst.figure.status === 'not-known'
      ? nothing
      : html`${status(lossTone(losses), `the last ${spanInWords(mostOf(worst.figure))}`)}<br><span class="small soft">of ${worst.name}${worst.promisedMs === undefined ? '' : `; promised: ${spanInWords(worst.promisedMs)}`}</span><br>`
  }${unknown.length === 0 ? nothing : html`${status('unknown', 'not known')}<br><span class="small">of ${unknown.map(({ name }) => name).join(', ')}</span>`}`
}

function mostOf(figure: Figure): number {
  return figure.status === 'not-known' ? -1 : (figure.toMs ?? Infinity)
}

function lossTone(losses: readonly SystemLoss[]): Tone {
  if (losses.some(({ figure, promisedMs }) => promisedMs !== undefined && mostOf(figure) > promisedMs)) return 'act'
  return losses.some(({ figure }) => figure.status === 'measured' && figure.old) ? 'watch' : 'fine'
}

function finishCell(scenario: ScenarioForecast): Html {
  const { cannotFinish } = scenario
  const [first] = cannotFinish
  if (first === undefined)
    return isProven(scenario) ? status('fine', 'nothing, and it was tried') : status('unknown', 'nothing known')
  return html`${status('act', 'yes')}<br><span class="small">${first}${cannotFinish.length > 1 ? `; and ${cannotFinish.length - 1} more` : ''}</span>`
}

const CAN: Readonly<Record<CanAct, readonly [Tone, string]>> = {
  can: ['fine', 'can act'],
  'not-proven': ['unknown', 'not proven'],
  doubtful: ['watch', 'doubtful'],
  cannot: ['act', 'cannot act'],
}

export function canWord({ can }: Actor): Html {
  return status(...CAN[can])
}
