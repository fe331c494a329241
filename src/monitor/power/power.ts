import type { Instant } from '../../base/time.ts'

/**
 * What is done when the power fails, as the practice has written it down: the *order* of a UPS. It begins on low battery, or after a time on the
 * battery; the paper of the next hours comes first, then the packs, then people are told, and only then systems are stopped, each by a command of
 * the practice. One carrying-out of it is a *run*, and each of its lines a *step*. A run is on record before anything is done, and so is each step.
 */
export type PowerOrder = {
  /** The probe that asks the UPS. */
  id: string
  /** The UPS, as people call it. */
  ups: string
  /** How long it may run on its battery before the order begins; a low battery does not wait. */
  afterMs: number
  /** Stops wait until the battery is low; paper, packs and words do not. */
  stopsOnlyWhenLow: boolean
  steps: readonly WrittenStep[]
}

export const STEP_KINDS = ['packets', 'packs', 'tell', 'stop', 'stop-hub'] as const
export type StepKind = (typeof STEP_KINDS)[number]

/** `argv`: program and arguments of a stop, given to no shell. */
export type WrittenStep = { kind: StepKind; name: string; argv?: readonly string[]; withinMs: number }

/** Each state holds only what is true in it. `unclear`: it was begun and nobody knows how it ended. */
export type StepState =
  | { status: 'waiting' }
  | { status: 'started'; startedAt: Instant }
  | { status: 'done' | 'failed'; startedAt: Instant; at: Instant; because: string }
  | { status: 'unclear'; startedAt: Instant; at: Instant; because: string }
  | { status: 'skipped'; at: Instant; because: string }

export type PowerStep = WrittenStep & { state: StepState }

/** `drill`: everything but the stops, as evidence that the order can be carried out. */
export type RunMode = 'real' | 'drill'

/** `fell-short`: it is at its end, and a step failed or is unclear. */
export type RunState =
  | { status: 'going' }
  | { status: 'done' | 'fell-short' | 'called-off'; at: Instant; because: string }

export type PowerRun = {
  id: string
  orderId: string
  ups: string
  mode: RunMode
  /** Who practises it; undefined when the power failed. */
  by: string | undefined
  /** Since when the UPS ran on its battery; undefined in a drill. One outage begins one run. */
  outageSince: Instant | undefined
  beganAt: Instant
  because: string
  stopsOnlyWhenLow: boolean
  /** As they were written when it began. */
  steps: readonly PowerStep[]
  state: RunState
}

/** Whether a step may be begun again when nobody knows how it ended. Paper, packs and words may; a stop may not. */
export function mayRepeat(kind: StepKind): boolean {
  return kind === 'packets' || kind === 'packs' || kind === 'tell'
}

export function isStop(kind: StepKind): boolean {
  return kind === 'stop' || kind === 'stop-hub'
}
