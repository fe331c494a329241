import type { Instant } from '../../base/time.ts'
import { mayRepeat, type PowerRun, type PowerStep, type StepState } from './power.ts'

export type StepEvent =
  | { type: 'start' }
  | { type: 'finish' | 'fail' | 'lose-sight' | 'skip' | 'settle-done' | 'settle-failed'; because: string }

/** What may become of a step. That a stop is never begun twice stands in `stepAfter`: only what may be repeated starts from `started`. */
export const STEP_MOVES = {
  waiting: ['start', 'skip'],
  started: ['start', 'finish', 'fail', 'lose-sight'],
  unclear: ['settle-done', 'settle-failed'],
  done: [],
  failed: [],
  skipped: [],
} as const satisfies Record<StepState['status'], readonly StepEvent['type'][]>

export function mayMoveStep(step: PowerStep, type: StepEvent['type']): boolean {
  const moves: readonly string[] = STEP_MOVES[step.state.status]
  if (!moves.includes(type)) return false
  return type !== 'start' || step.state.status === 'waiting' || mayRepeat(step.kind)
}

/** The step after an event; undefined when it may not happen to it. */
export function stepAfter(step: PowerStep, event: StepEvent, at: Instant): PowerStep | undefined {
  if (!mayMoveStep(step, event.type)) return undefined
  const { state } = step
  if (event.type === 'start') return { ...step, state: { status: 'started', startedAt: at } }
  if (event.type === 'skip') return { ...step, state: { status: 'skipped', at, because: event.because } }
  if (state.status !== 'started' && state.status !== 'unclear') return undefined
  const { startedAt } = state
  const { because } = event
  if (event.type === 'lose-sight') return { ...step, state: { status: 'unclear', startedAt, at, because } }
  const status = event.type === 'finish' || event.type === 'settle-done' ? 'done' : 'failed'
  return { ...step, state: { status, startedAt, at, because } }
}

/** The run with this one step moved; undefined when it may not. */
export function runAfter(run: PowerRun, nth: number, event: StepEvent, at: Instant): PowerRun | undefined {
  const step = run.steps[nth]
  const next = step === undefined ? undefined : stepAfter(step, event, at)
  return next === undefined ? undefined : { ...run, steps: run.steps.with(nth, next) }
}
