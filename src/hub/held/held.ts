import { DAY, type Instant } from '../../base/time.ts'
import { type Patient, SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import { peopleNeeded, type Shrink } from '../../chart/losses.ts'

/** What a hold is about: lists of charts by name, whole charts, or visits. */
export type What = SectionName | 'charts' | 'visits'

export function sectionsIn(whats: readonly What[]): SectionName[] {
  return whats.filter((what): what is SectionName => what !== 'charts' && what !== 'visits')
}

/**
 * Something that a source said and that is not believed until a person says so.
 *
 * - `shrink`: one read would take away too much. What is known stays; it ends by itself (`recovered`) when the source has everything again.
 * - `identity`: one record number suddenly names another person. What came with it is kept out of the chart.
 */
export type HeldBack = {
  id: string
  sourceId: string
  kind: 'shrink' | 'identity'
  /** `identity`: the source's own id of the record. */
  subject: string
  status: HeldStatus
  raisedAt: Instant
  endedAt: Instant | undefined
  shrinks: Shrink[]
  /** `identity`: who the chart is about, then who the new messages name. */
  people: NamedPerson[]
  /** `identity`: how many messages or records were kept out. */
  times: number
  decisions: Decision[]
}

export type HeldStatus = 'open' | 'approved' | 'rejected' | 'recovered'

export type NamedPerson = Pick<Patient, 'mrn' | 'name' | 'birthDate' | 'sex'>

export type Decision = {
  at: Instant
  personId: string
  login: string
  decision: 'approve' | 'reject' | 'undo'
  reason: string
  /** What was held back at that moment: an approval counts for this, not for what comes on top of it. */
  shrinks: Shrink[]
}

/** `approve`: what the source says is believed. `reject`: it stays out. `undo`: as before the decision, and asked again. */
export type Move = Decision['decision']

const MOVES: { [Kind in HeldBack['kind']]: { [Status in HeldStatus]: Move[] } } = {
  shrink: { open: ['approve'], approved: ['undo'], rejected: [], recovered: [] },
  identity: { open: ['approve', 'reject'], approved: [], rejected: ['undo'], recovered: [] },
}

/** What may be decided now. An identity that was approved cannot be taken apart again: its messages are in the chart. */
export function movesOf({ kind, status }: Pick<HeldBack, 'kind' | 'status'>): Move[] {
  return MOVES[kind][status]
}

/** What an approval took out is kept for so long, and can be brought back. */
export const TAKEN_KEPT_MS = 30 * DAY

/**
 * How many different people must approve, and who did since the question was asked last, of no less than what is held back now. `deciders`: ids of those
 * who may decide now. The yes of somebody whose role was taken away, or who was suspended, counts no more.
 */
export function approvalsOf(
  held: Pick<HeldBack, 'kind' | 'shrinks' | 'decisions'>,
  deciders: ReadonlySet<string>,
): { needed: 1 | 2; by: Decision[] } {
  const undone = held.decisions.findLastIndex(({ decision }) => decision === 'undo')
  const since = held.decisions
    .slice(undone + 1)
    .filter(({ decision, personId }) => decision === 'approve' && deciders.has(personId))
    .filter(({ shrinks }) => covers(shrinks, held.shrinks))
  const by = [...new Map(since.map((one) => [one.personId, one])).values()]
  return { needed: held.kind === 'shrink' ? peopleNeeded(held.shrinks) : 1, by }
}

/** What somebody saw may grow by so much until it is something else: a source that is losing records loses a few more while a person reads. */
const GROWTH = 1.1

type Size = Pick<Shrink, 'what' | 'charts' | 'entries'>

/** Whether who agreed to `seen` has agreed to all of `now`. */
export function covers(seen: readonly Size[], now: readonly Size[]): boolean {
  return now.every(({ what, charts, entries }) => {
    const before = seen.find((one) => one.what === what)
    return before !== undefined && entries <= before.entries * GROWTH && charts <= before.charts * GROWTH
  })
}

/** What a page showed, as its form carries it along: `allergies 170 496,charts 580 580`. */
export function seenText(shrinks: readonly Size[]): string {
  return shrinks.map(({ what, charts, entries }) => `${what} ${charts} ${entries}`).join(',')
}

export function seenOf(text: string): Size[] {
  return text.split(',').flatMap((part) => {
    const [what, charts, entries] = part.split(' ')
    return what !== undefined && isWhat(what) ? [{ what, charts: Number(charts), entries: Number(entries) }] : []
  })
}

function isWhat(word: string): word is What {
  return word === 'charts' || word === 'visits' || SECTION_NAMES.some((name) => name === word)
}
