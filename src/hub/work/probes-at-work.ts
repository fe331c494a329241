import { type Instant, SECOND } from '../../base/time.ts'
import type { Probe } from '../../connect/probe.ts'
import { askedAgainMs } from '../../monitor/observations/judge-system.ts'
import { claimLook } from '../../monitor/observations/store.ts'
import type { Centre } from '../flows/centre.ts'
import { concludeSilence, keepObservation } from '../flows/observe-systems.ts'
import { type Again, again, Next } from './every.ts'

export type ProbeAtWork = { probe: Probe; everyMs: number; misses: number; firstAnswerMs: number }

export type ProbesAtWork = {
  /** Looks soon; false when there is no such probe. */
  lookSoon(id: string): boolean
  stop(): Promise<void>
}

/**
 * Looks with every probe once in its interval, whichever hub does it, and again soon after a look that stayed without an answer, so that a blink is told
 * from an outage without waiting for the next interval. What has not answered yet is asked a few times while that is no fault, and once as soon as it is one.
 */
export function putProbesToWork(centre: Centre, probes: readonly ProbeAtWork[]): ProbesAtWork {
  const loops = new Map<string, Again>()
  for (const one of probes) {
    const so: SoFar = { missed: 0, soon: false, answered: false, triedAt: undefined }
    const look = (signal: AbortSignal, asked: boolean) => lookInTurn(centre, one, so, signal, asked)
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

/** What this hub has found so far. `missed`: looks in a row without an answer; `soon`: it is asked again before its interval is over. */
type SoFar = { missed: number; soon: boolean; answered: boolean; triedAt: Instant | undefined }

async function lookInTurn(
  centre: Centre,
  { probe, everyMs, misses, firstAnswerMs }: ProbeAtWork,
  so: SoFar,
  signal: AbortSignal,
  asked: boolean,
): Promise<Next> {
  // A little less than the interval: a loop that wakes a moment early is not sent away for another one.
  const restMs = asked || so.soon ? 0 : everyMs * 0.9
  const waitMs = await claimLook(centre.db, probe.id, restMs)
  if (waitMs !== undefined) return new Next(Math.max(50, waitMs))
  const began = performance.now()
  const seen = await probe.look(signal)
  if (signal.aborted) return new Next(everyMs)
  await keepObservation(centre, probe, seen)
  so.answered ||= seen.answer === 'answered'
  so.triedAt ??= centre.clock.now()
  so.missed = seen.answer === 'not-answered' ? (so.missed + 1) % misses : 0
  const againMs = so.missed > 0 ? askedAgainMs(everyMs) : firstAgainMs(so, firstAnswerMs, centre.clock.now())
  so.soon = againMs !== undefined && againMs < everyMs
  return new Next(so.soon ? (againMs ?? 0) : Math.max(0, everyMs - (performance.now() - began)))
}

/** While it has not answered yet: four times in the time that it has for that, and once when that is over. */
function firstAgainMs({ answered, triedAt }: SoFar, firstAnswerMs: number, now: Instant): number | undefined {
  const leftMs = (triedAt ?? now) + firstAnswerMs - now
  return answered || leftMs <= 0 ? undefined : Math.max(SECOND, Math.min(firstAnswerMs / 4, leftMs))
}
