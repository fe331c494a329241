import type { Instant } from '../../base/time.ts'
import { type Mains, SIGHT_LOST_MS } from './mains.ts'
import { isStop, mayRepeat, type PowerRun, type RunState } from './power.ts'

export type PowerMove =
  | { do: 'start'; nth: number }
  /** Begun by somebody who is gone, and not to be repeated. */
  | { do: 'lose-sight'; nth: number; because: string }
  /** In a drill: looked at, not run. */
  | { do: 'rehearse'; nth: number }
  | { do: 'wait'; because: string }
  /** All that has not begun is left out. */
  | { do: 'call-off'; because: string }
  | { do: 'end'; state: Extract<RunState, { at: Instant }> }

/**
 * What comes next in a run that nobody is at. One who is at a step does not ask before it has ended, so a step that stands at `started` was begun by
 * a program that is gone.
 */
export function nextMove(run: PowerRun, mains: Mains, now: Instant): PowerMove {
  const lost = run.steps.findIndex(({ state }) => state.status === 'started')
  const begun = run.steps[lost]
  if (begun !== undefined) {
    if (mayRepeat(begun.kind)) return { do: 'start', nth: lost }
    const because =
      begun.kind === 'stop-hub'
        ? 'The hub was told to stop, and did not live to write down that it did so cleanly.'
        : 'The hub ended while this command ran: whether it did its work is not known. It is not repeated. Look at the system, then say here how it ended.'
    return { do: 'lose-sight', nth: lost, because }
  }
  const nth = run.steps.findIndex(({ state }) => state.status === 'waiting')
  const next = run.steps[nth]
  if (next === undefined) return { do: 'end', state: endOf(run, now) }
  if (run.mode === 'real' && mains.is === 'on')
    return { do: 'call-off', because: 'The mains were back before this began.' }
  if (!isStop(next.kind)) return { do: 'start', nth }
  if (run.mode === 'drill') return { do: 'rehearse', nth }
  if (stopsWait(run, mains, now))
    return { do: 'wait', because: 'Systems are stopped when the battery is low; it is not yet.' }
  return { do: 'start', nth }
}

/** Whether what is to be stopped waits for the battery to get low. A UPS that cannot be asked any more counts as low. */
export function stopsWait({ mode, stopsOnlyWhenLow }: PowerRun, mains: Mains, now: Instant): boolean {
  return mode === 'real' && stopsOnlyWhenLow && mains.is === 'battery' && now - mains.at <= SIGHT_LOST_MS
}

function endOf(run: PowerRun, at: Instant): Extract<RunState, { at: Instant }> {
  const named = (status: string): string[] =>
    run.steps.filter(({ state }) => state.status === status).map(({ name }) => name)
  const [failed, unclear, skipped] = [named('failed'), named('unclear'), named('skipped')]
  if (failed.length + unclear.length > 0) {
    const parts = [
      ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
      ...(unclear.length > 0 ? [`not known how it ended: ${unclear.join(', ')}`] : []),
      ...(run.mode === 'real' && skipped.length > 0 ? [`left out: ${skipped.join(', ')}`] : []),
    ]
    return { status: 'fell-short', at, because: `Not all went well. ${capital(parts.join('; '))}.` }
  }
  if (run.mode === 'real' && skipped.length > 0)
    return { status: 'called-off', at, because: `The mains came back. Left out: ${skipped.join(', ')}.` }
  return {
    status: 'done',
    at,
    because:
      run.mode === 'drill' ? 'Everything but the stops was done, and each stop could be run.' : 'Everything was done.',
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
