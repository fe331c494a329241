import { setTimeout as pause } from 'node:timers/promises'
import { SECOND, systemClock } from '../../../src/base/time.ts'
import { lookAtPair } from '../../../src/connect/replication/look.ts'
import type { ReplicationSide } from '../../../src/connect/replication.ts'
import { findFaults } from '../../../src/monitor/standby/faults/find-faults.ts'
import { judgeStandby } from '../../../src/monitor/standby/judge.ts'
import { type Memory, remember } from '../../../src/monitor/standby/memory.ts'
import type { Fault, Finding, Look, Verdict } from '../../../src/monitor/standby/standby.ts'
import { until } from '../../scenarios/stage/until.ts'

/** What the hub saw at one time. */
export type Seen = { at: number; look: Look; verdict: Verdict; findings: Finding[] }

/** Looks at a pair again and again, as the hub does; everything that it saw, newest last. */
export type PairWatch = AsyncDisposable & {
  seen: Seen[]
  memory(): Memory
  /** The first look after now in which this fault is named, and how many milliseconds after now that was. */
  named(fault: Fault, withinMs?: number): Promise<{ tookMs: number; finding: Finding; seen: Seen }>
  /** The first look after now with this verdict. */
  judged(verdict: Verdict['verdict'], withinMs?: number): Promise<{ tookMs: number; seen: Seen }>
}

export type WatchOptions = { synchronous?: boolean; everyMs?: number; slotKeepBytes?: number }

export function watchPair(
  sides: { primary: ReplicationSide; standby: ReplicationSide },
  { synchronous = false, everyMs = 2 * SECOND, slotKeepBytes = 1e9 }: WatchOptions = {},
): PairWatch {
  const ended = new AbortController()
  const seen: Seen[] = []
  let memory: Memory = { looks: [], samples: [], expected: { systemId: undefined, synchronous, slotKeepBytes } }
  const looking = (async () => {
    while (!ended.signal.aborted) {
      const look = await lookAtPair(sides, ended.signal)
      if (ended.signal.aborted) return
      const facts = remember(memory, look)
      memory = facts
      const at = systemClock.now()
      seen.push({ at, look, verdict: judgeStandby(facts, at), findings: findFaults(facts) })
      await pause(everyMs, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  const first = async (what: string, withinMs: number, fits: (one: Seen) => boolean) => {
    const began = systemClock.now()
    const found = await until(what, () => seen.find((one) => one.look.primary.askedAt >= began && fits(one)), {
      withinMs,
      everyMs: 50,
    }).catch((thrown: unknown) => {
      const last = seen.at(-1)
      throw new Error(`${what}; the last look: ${last?.verdict.because} ${JSON.stringify(last?.findings)}`, {
        cause: thrown,
      })
    })
    return { tookMs: found.at - began, seen: found }
  }
  return {
    seen,
    memory: () => memory,
    named: async (fault, withinMs = 60_000) => {
      const found = await first(`${fault} is named`, withinMs, ({ findings }) =>
        findings.some((one) => one.fault === fault),
      )
      const finding = found.seen.findings.find((one) => one.fault === fault)
      if (finding === undefined) throw new Error('unreachable')
      return { ...found, finding }
    },
    judged: (verdict, withinMs = 60_000) =>
      first(`the verdict is ${verdict}`, withinMs, ({ verdict: said }) => said.verdict === verdict),
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await looking
    },
  }
}
