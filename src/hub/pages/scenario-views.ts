import { spanInWords } from '../../base/ago.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { empty, facts as factList, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type {
  Actor,
  Figure,
  ForecastFacts,
  Proof,
  ScenarioForecast,
  SiteForecast,
  SystemLoss,
} from '../../readiness/forecast/forecast.ts'
import { figureInWords, readsInWords } from '../../readiness/forecast/said.ts'
import { canWord, withPromise } from './forecast-views.ts'
import { countOf, mono } from './words.ts'

/** The answer to "and then?", in one sentence. */
export function scenarioHeadline({ cannotFinish, runbook, recovery }: ScenarioForecast): string {
  const [first] = cannotFinish
  if (first !== undefined) return `This stands in the way now: ${first}.`
  const back =
    recovery.figure.status === 'not-known'
      ? `How long it takes is not known: ${recovery.figure.because}.`
      : 'How long it took stands below, with when it was tried.'
  return `Nothing that the plan names is known to stand in the way of “${runbook?.name}”. ${back}`
}

export function scenarioPage(scenario: ScenarioForecast, known: ForecastFacts): Html {
  const moment = { now: known.now, zone: known.plan.practice.practice.zone }
  const { recovery, losses, actors, cannotFinish, sites, decideWithinMs } = scenario
  const proofs = proofsOf(scenario)
  const told = (figure: Figure): Html => cited(figureInWords(figure, moment.now), proofs)
  return html`${
    cannotFinish.length === 0
      ? nothing
      : note(
          'act',
          'What stands in the way tonight',
          html`<ul>${cannotFinish.map((because) => html`<li>${because}.</li>`)}</ul>`,
        )
  }
<section class="stack"><h2>Systems</h2>${factList([
    [
      'Back after',
      html`${withPromise(recovery.figure, recovery.expectedMs)}<br><span class="small">${told(recovery.figure)}</span>`,
    ],
    ...recovery.parts.map(
      ({ name, figure }) => [name, html`<span class="small">${told(figure)}. The whole takes longer.</span>`] as const,
    ),
    [
      'Systems that are away',
      recovery.systems.length === 0
        ? 'none falls altogether, by the plan’s map'
        : html`<ul>${recovery.systems.map(({ name, rtoMs }) => html`<li>${name}, ${rtoMs === undefined ? 'nothing promised' : `promised back in ${spanInWords(rtoMs)}`}</li>`)}</ul>`,
    ],
    [
      'To decide about paper within',
      decideWithinMs === undefined ? 'the plan does not say' : spanInWords(decideWithinMs),
    ],
  ])}</section>
<section class="stack"><h2>What would be lost</h2>${lossTable(losses, told)}</section>
<section class="stack"><h2>Who would have to act now</h2>${actorTable(actors)}</section>
<section class="stack"><h2>At each site</h2>${siteTable(sites, proofs, moment)}</section>
<section class="stack"><h2>What the numbers rest on</h2>${proofTable(proofs, moment)}</section>`
}

function lossTable(losses: readonly SystemLoss[], told: (figure: Figure) => Html): Html {
  return table<SystemLoss>({
    caption: 'What would be lost, by system',
    hideCaption: true,
    rows: losses,
    columns: [
      { heading: 'System', cell: ({ name }) => name },
      { heading: 'The last', cell: ({ figure, promisedMs }) => withPromise(figure, promisedMs) },
      {
        heading: 'Because',
        cell: ({ figure }) => html`<span class="small">${told(figure)}</span>`,
      },
    ],
    empty: {
      heading: 'Only what was being written',
      body: 'This takes nothing away that was saved: it stays where it is. What people were typing is lost.',
    },
  })
}

function actorTable(actors: readonly Actor[]): Html {
  return table<Actor>({
    caption: 'Who would have to act',
    hideCaption: true,
    rows: actors,
    tone: ({ can }) => (can === 'cannot' ? 'act' : can === 'doubtful' ? 'watch' : undefined),
    columns: [
      { heading: 'Person', cell: ({ name }) => name },
      {
        heading: 'Telephone',
        cell: ({ phones }) =>
          phones.length === 0
            ? 'none away from the desk'
            : html`<span class="phones">${phones.map((phone) => html`${mono(phone)}<br>`)}</span>`,
      },
      { heading: 'As', cell: ({ as }) => as.join('; ') },
      { heading: 'Can they?', cell: canWord },
      { heading: 'Because', cell: ({ because }) => html`<span class="small">${because.join('; ')}</span>` },
    ],
    empty: { heading: 'Nobody is named', body: 'No roster has somebody on call now, and no runbook names anybody.' },
  })
}

function siteTable(sites: readonly SiteForecast[], proofs: readonly Proof[], moment: Moment): Html {
  return table<SiteForecast>({
    caption: 'How each site reads',
    hideCaption: true,
    rows: sites.filter(({ concerned }) => concerned),
    columns: [
      { heading: 'Site', cell: ({ name }) => name },
      {
        heading: 'Reads',
        cell: ({ reads }) =>
          html`${readsInWords(reads, moment.now).map((says) => html`<span class="small">${cited(says, proofs)}</span><br>`)}`,
      },
      {
        heading: 'Opens',
        cell: ({ hours }) =>
          hours.status === 'open'
            ? html`open until ${when(hours.until, moment)}`
            : hours.status === 'unknown'
              ? 'the plan does not say'
              : when(hours.opensAt, moment, 'not in the next month'),
      },
      {
        heading: 'Leads it',
        cell: ({ leads }) => html`${leads.map((one) => html`${one.name}<br>${canWord(one)}<br>`)}`,
      },
    ],
    empty: { heading: 'No site is concerned', body: 'The scenario names none of the sites.' },
  })
}

function proofsOf({ sites, recovery, losses }: ScenarioForecast): Proof[] {
  const figures: Figure[] = [
    recovery.figure,
    ...recovery.parts.map(({ figure }) => figure),
    ...losses.map(({ figure }) => figure),
    ...sites.flatMap(({ reads }) =>
      reads.how === 'lockbox' ? [reads.time, ...(reads.until === undefined ? [] : [reads.until])] : [],
    ),
  ]
  const all = figures.flatMap((figure) => (figure.status === 'measured' ? figure.proof : []))
  return [...new Map(all.map((proof) => [proof.id, proof])).values()].toSorted((a, b) => b.at - a.at)
}

/** What is said, each record in it by its number in the table below instead of its id. */
function cited(says: string, proofs: readonly Proof[]): Html {
  const numbers = new Map(proofs.map(({ id }, nth) => [id, nth + 1]))
  return html`${says.split(/(\w+_\w{8,})/).map((part) => {
    const number = numbers.get(part)
    return number === undefined ? part : html`<a href="#record-${number}">record ${number}</a>`
  })}`
}

function proofTable(proofs: readonly Proof[], moment: Moment): Html {
  if (proofs.length === 0)
    return empty(
      'Nothing yet',
      'No number stands above, because nothing on record proves one. A rehearsal, a drill or a restore test that is timed gives the first.',
    )
  return html`${table<Proof>({
    caption: countOf(proofs.length, 'record'),
    rows: proofs,
    columns: [
      {
        heading: 'No.',
        cell: ({ id }) => {
          const number = proofs.findIndex((proof) => proof.id === id) + 1
          return html`<span id="record-${number}">${number}</span>`
        },
      },
      { heading: 'Measured', cell: ({ at }) => when(at, moment) },
      { heading: 'Kind', cell: ({ kind }) => kind.replaceAll('-', ' ') },
      { heading: 'What it says', cell: ({ says }) => says },
      {
        heading: 'Record',
        cell: ({ id, kind }) => (kind === 'standby' ? mono(id) : html`<a href="/evidence/${id}">${mono(id)}</a>`),
      },
    ],
    empty: { heading: '', body: '' },
  })}`
}
