import type { Instant } from '../../base/time.ts'
import type { Patient, SectionName } from '../../chart/chart.ts'
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

/** How many different people must approve, and who did since the question was asked last. */
export function approvalsOf(held: Pick<HeldBack, 'kind' | 'shrinks' | 'decisions'>): { needed: 1 | 2; by: Decision[] } {
  const undone = held.decisions.findLastIndex(({ decision }) => decision === 'undo')
  const since = held.decisions.slice(undone + 1).filter(({ decision }) => decision === 'approve')
  const by = [...new Map(since.map((one) => [one.personId, one])).values()]
  return { needed: held.kind === 'shrink' ? peopleNeeded(held.shrinks) : 1, by }
}
