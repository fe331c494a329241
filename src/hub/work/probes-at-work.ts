import { SECOND } from '../../base/time.ts'
import type { Probe } from '../../connect/probe.ts'
import { askedAgainMs } from '../../monitor/observations/judge-system.ts'
import { claimLook } from '../../monitor/observations/store.ts'
import type { Centre } from '../flows/centre.ts'
import { concludeSilence, keepObservation } from '../flows/observe-systems.ts'
import { type Again, again, Next } from './every.ts'

export type ProbeAtWork = { probe: Probe; everyMs: number; misses: number }

export type ProbesAtWork = {
  /** Looks soon; false when there is no such probe. */
  lookSoon(id: string): boolean
  stop(): Promise<void>
}

/**
 * Looks with every probe once in its interval, whichever hub does it, and again soon after a look that stayed without an answer, so that a blink is told
 * from an outage without waiting for the next interval.
 */
export function putProbesToWork(centre: Centre, probes: readonly ProbeAtWork[]): ProbesAtWork {
  const loops = new Map<string, Again>()
  for (const one of probes) {
    const missed = { inRow: 0 }
    const look = (signal: AbortSignal, asked: boolean) => lookInTurn(centre, one, missed, signal, asked)
    loops.set(one.probe.id, again(`look with ${one.probe.id}`, one.everyMs, centre.log, look))
  }
  const silence = again('conclude silence', 10 * SECOND, centre.log, () => concludeSilence(centre))
  return {
    lookSoon(id) {
      loops.get(id)?.soon()
      return loops.has(id)
    },
    async stop() {
      await Promise.all([...loops.values(), silence].map((loop) => loop.stop()))
    },
  }
}

async function lookInTurn(
  centre: Centre,
  { probe, everyMs, misses }: ProbeAtWork,
  missed: { inRow: number },
  signal: AbortSignal,
  asked: boolean,
): Promise<Next> {
  // A little less than the interval: a loop that wakes a moment early is not sent away for another one.
  const restMs = asked || missed.inRow > 0 ? 0 : everyMs * 0.9
  const waitMs = await claimLook(centre.db, probe.id, restMs)
  if (waitMs !== undefined) return new Next(Math.max(50, waitMs))
  const began = performance.now()
  const seen = await probe.look(signal)
  if (signal.aborted) return new Next(everyMs)
  await keepObservation(centre, probe, seen)
  missed.inRow = seen.answer === 'not-answered' ? missed.inRow + 1 : 0
  if (missed.inRow >= misses) missed.inRow = 0
  if (missed.inRow > 0) return new Next(askedAgainMs(everyMs))
  return new Next(Math.max(0, everyMs - (performance.now() - began)))
}
