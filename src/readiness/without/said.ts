import { momentInWords } from '../duty/said.ts'
import type { AppendicitisTest, Harm, WorseTime } from './appendicitis.ts'
import { LOSS_KINDS, type Loss, type Removal } from './without.ts'

/** What each kind of loss is called above a list of them. */
export const LOSS_WORDS: Readonly<Record<Loss['kind'], string>> = {
  unfinished: 'Cannot be finished',
  site: 'Sites that lose something to read from',
  system: 'Systems that fall at once',
  gate: 'Gates that nobody can pass',
  uncovered: 'Rosters with nobody on them',
  unrehearsed: 'Never rehearsed by anybody who is left',
}

export function removedInWords(removed: readonly Removal[]): string {
  return removed.map(({ kind, name }) => `${name} (${kind})`).join(' and ')
}

/** `4 scenarios cannot be finished, 6 gates cannot be passed`: the kinds of a harm with their counts, worst first. */
export function harmInShort(losses: readonly Loss[]): string {
  const words: Readonly<Record<Loss['kind'], readonly [one: string, many: string]>> = {
    unfinished: ['scenario cannot be finished', 'scenarios cannot be finished'],
    site: ['site loses something to read from', 'sites lose something to read from'],
    system: ['system falls', 'systems fall'],
    gate: ['gate cannot be passed', 'gates cannot be passed'],
    uncovered: ['roster has nobody', 'rosters have nobody'],
    unrehearsed: ['runbook is rehearsed by nobody left', 'runbooks are rehearsed by nobody left'],
  }
  const counts = LOSS_KINDS.flatMap((kind) => {
    const count = losses.filter((loss) => loss.kind === kind).length
    return count === 0 ? [] : [`${count} ${words[kind][count === 1 ? 0 : 1]}`]
  })
  return counts.length === 0 ? 'nothing that the plan knows of is lost' : counts.join(', ')
}

/** Each kind as a heading with its lines. */
export function lossesByKind(losses: readonly Loss[]): { kind: Loss['kind']; heading: string; losses: Loss[] }[] {
  return LOSS_KINDS.map((kind) => ({
    kind,
    heading: LOSS_WORDS[kind],
    losses: losses.filter((loss) => loss.kind === kind),
  })).filter((group) => group.losses.length > 0)
}

const MOST = 40

/** The whole test as lines of plain text. */
export function* testInLines(test: AppendicitisTest, zone: string): Iterable<string> {
  yield `As it stands at ${momentInWords(test.at, zone)}, with everybody there who is not on leave:`
  yield* lossLines(test.asItStands, 'Everything can be finished, and everything has been rehearsed by somebody.')
  yield ''
  yield `Taken out one at a time: ${test.taken} people, credentials, lines, hosts, switches and vendors. ${test.alone.length} of them cost something:`
  for (const harm of test.alone) yield* harmLines(harm)
  yield ''
  yield `Taken out two at a time: ${test.pairsTaken} pairs${test.pairsLeft === 0 ? '' : `; ${test.pairsLeft} more were not looked at`}. ${test.pairs.length} pairs cost what neither of the two costs alone:`
  for (const harm of test.pairs.slice(0, MOST)) yield* harmLines(harm)
  if (test.pairs.length > MOST) yield `  and ${test.pairs.length - MOST} more.`
  yield ''
  yield `Each person at each of the ${test.shifts} shifts of the next 30 days: ${test.worseTimes.length === 0 ? 'never worse than tonight.' : 'worse than tonight'}`
  for (const worse of test.worseTimes) yield* worseLines(worse, zone)
}

export function* harmLines({ removed, losses }: Harm): Iterable<string> {
  yield `  Without ${removedInWords(removed)}: ${harmInShort(losses)}`
  yield* lossLines(losses, '').map((line) => `  ${line}`)
}

function lossLines(losses: readonly Loss[], none: string): string[] {
  if (losses.length === 0) return none === '' ? [] : [`  ${none}`]
  return lossesByKind(losses).flatMap((group) => [
    `  ${group.heading}`,
    ...group.losses.map(({ name, because }) => `    ${name}: ${because}.`),
  ])
}

function* worseLines({ from, to, removed, away, losses }: WorseTime, zone: string): Iterable<string> {
  const who = removed === undefined ? 'with nobody else missing' : `without ${removedInWords([removed])} as well`
  yield `  ${momentInWords(from, zone)} to ${momentInWords(to, zone)}, ${away.length === 0 ? 'nobody on leave' : `${away.join(' and ')} not there`}, ${who}: ${harmInShort(losses)}`
  yield* lossLines(losses, '').map((line) => `  ${line}`)
}
