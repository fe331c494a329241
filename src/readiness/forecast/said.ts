import { agoInWords, spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import { dayOf, timeOfDay } from '../../base/zone.ts'
import type { Actor, CanAct, Figure, ScenarioForecast, SiteForecast, SiteReads } from './forecast.ts'

/** `12 min to 40 min`, `at least 12 min`, `not known`. */
export function figureInShort(figure: Figure): string {
  if (figure.status === 'not-known') return 'not known'
  const { fromMs, toMs } = figure
  const from = shortSpan(fromMs)
  if (toMs === undefined) return `at least ${from}`
  const to = shortSpan(toMs)
  return from === to ? from : `${from} to ${to}`
}

/** The same with its reason, its evidence and its age. */
export function figureInWords(figure: Figure, now: Instant): string {
  if (figure.status === 'not-known') return `not known: ${figure.because}`
  const age = `measured ${agoInWords(now - figure.newestAt)}${figure.old ? `, ${figure.doubt ?? 'TOO OLD to rely on'}` : ''}`
  return `${figureInShort(figure)} (${figure.because}; ${age}; ${figure.proof.map(({ id }) => id).join(', ')})`
}

function shortSpan(ms: number): string {
  return ms < 1000 ? 'under 1 s' : spanInWords(ms)
}

export function promiseInWords(what: string, ms: number | undefined): string {
  return ms === undefined ? `the plan promises no ${what}` : `the plan promises ${what} ${spanInWords(ms)}`
}

export const CAN_WORDS: Readonly<Record<CanAct, string>> = {
  can: 'can act',
  'not-proven': 'not proven',
  doubtful: 'doubtful',
  cannot: 'CANNOT ACT',
}

/** As sentences, each with what it rests on. */
export function readsInWords(reads: SiteReads, now: Instant): string[] {
  if (reads.how === 'ehr') return ['The EHR is not touched there, by the plan’s map.']
  if (reads.how === 'not-said') return [`Not known: ${reads.because}.`]
  if (reads.how === 'paper')
    return [
      `Only paper: ${reads.because}.`,
      reads.printed === undefined
        ? 'Not known whether it was printed: never recorded.'
        : `Last printed ${agoInWords(now - reads.printed.at)} (${reads.printed.id}).`,
    ]
  const { holds, until, promisedUntilMs } = reads
  return [
    `From its lockbox. Until it can be read: ${figureInWords(reads.time, now)}.`,
    holds === undefined
      ? 'What it holds is not known from here.'
      : `It holds a schedule ${ageOf(holds.scheduleAsOf, now)} and key data ${ageOf(holds.keyDataAsOf, now)}.`,
    ...(until === undefined
      ? []
      : [
          `Its UPS carries it for ${figureInWords(until, now)}; ${promiseInWords('a runtime of', promisedUntilMs)}. After that, paper.`,
        ]),
  ]
}

function ageOf(at: Instant | undefined, now: Instant): string {
  return at === undefined ? 'of no time: it has none' : `${shortSpan(now - at)} old`
}

/** One scenario as lines of plain text, the answer first. */
export function* forecastInLines(forecast: ScenarioForecast, now: Instant, zone: string): Iterable<string> {
  const { name, runbook, recovery, losses, actors, cannotFinish, sites } = forecast
  yield `${name}${runbook === undefined ? '' : ` (answer: ${runbook.name})`}`
  for (const [same, how] of grouped(sites, now)) yield `  Reading at ${same.join(', ')}: ${how}`
  yield `  Systems back: ${figureInWords(recovery.figure, now)}; ${promiseInWords('it done in', recovery.expectedMs)}`
  for (const { name: part, figure } of recovery.parts) yield `    ${part}: ${figureInWords(figure, now)}`
  for (const { name: system, rtoMs } of recovery.systems)
    yield `    ${system} is away; ${promiseInWords('it back in', rtoMs)}`
  if (losses.length === 0) yield '  Lost: what was being written. What was saved stays where it is.'
  for (const loss of losses)
    yield `  Lost of ${loss.name}, counted back from ${dayOf(now, zone)} ${timeOfDay(now, zone)}: ${figureInWords(loss.figure, now)}; ${promiseInWords('at most', loss.promisedMs)}`
  yield cannotFinish.length === 0
    ? '  Nothing that the plan names is known to stand in its way; only a timed try proves that it works.'
    : '  CANNOT BE FINISHED TONIGHT:'
  for (const because of cannotFinish) yield `    ${because}.`
  for (const actor of actors) yield `  ${actorInWords(actor)}`
}

export function actorInWords({ name, as, phones, can, because }: Actor): string {
  return `${CAN_WORDS[can]}: ${name}, ${as.join(', ')}; ${because.join('; ')}${phones.length === 0 ? '' : `; ${phones.join(', ')}`}`
}

/** Sites of which the same is to be said are said together. */
function grouped(sites: readonly SiteForecast[], now: Instant): [string[], string][] {
  const by = Map.groupBy(
    sites.filter(({ concerned }) => concerned),
    ({ reads }) => readsInWords(reads, now).join(' '),
  )
  return [...by].map(([how, same]) => [same.map(({ name }) => name), how])
}
