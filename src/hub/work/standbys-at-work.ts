import { randomUUID } from 'node:crypto'
import { spanInWords } from '../../base/ago.ts'
import { DAY, type Instant, SECOND } from '../../base/time.ts'
import { lookAtPair } from '../../connect/replication/look.ts'
import type { AskOpenWork, ReplicationSide } from '../../connect/replication.ts'
import { findFaults } from '../../monitor/standby/faults/find-faults.ts'
import { judgeStandby } from '../../monitor/standby/judge.ts'
import { type Memory, remember } from '../../monitor/standby/memory.ts'
import type { AtWork } from '../../monitor/standby/record.ts'
import { LIMITS, type Look, type Verdict } from '../../monitor/standby/standby.ts'
import { holdPair, letGoOfPair, pairState, samplesKept } from '../../monitor/standby/store.ts'
import type { Centre } from '../flows/centre.ts'
import { keepLookAtPair } from '../flows/watch-standbys.ts'
import { type Again, again, Next } from './every.ts'

/** Both sides of a pair, each over its own way. `openWork`: undefined where the practice has no queries for it. */
export type OpenedPair = {
  primary: ReplicationSide
  standby: ReplicationSide
  openWork: AskOpenWork | undefined
}

export type StandbyAtWork = {
  id: string
  everyMs: number
  synchronous: boolean
  slotKeepBytes: number
  pair: OpenedPair
}

export type StandbysAtWork = {
  /** Asks both sides soon; false when there is no such pair. */
  lookSoon(id: string): boolean
  stop(): Promise<void>
}

type Tools = {
  /** A pair stands otherwise than before. */
  noticed(): void
  /** How long the program has run, in ms, by a clock that nobody sets. */
  runMs?: () => number
}

/** What this hub remembers of a pair while it is the one that asks it. */
type Held = {
  memory: Memory | undefined
  /** Since when the pair is known as this one: another time, and somebody said that it was made anew. */
  pairSince: Instant | undefined
  atWork: AtWork[]
  atWorkRunMs: number
  clocks: Clocks | undefined
}
type Clocks = { wall: number; run: number }

/** Another hub takes over when this one has not asked for so long. */
const LEASE_BEYOND_MS = 5 * SECOND
const AGAIN_MS = 2 * SECOND
const OPEN_WORK_EVERY_MS = 30 * SECOND
const OPEN_WORK_AGAIN_MS = 9 * SECOND

/** Asks both sides of every pair each few seconds, one hub at a time for each pair, and keeps what they say and what it means. */
export function putStandbysToWork(centre: Centre, pairs: readonly StandbyAtWork[], tools: Tools): StandbysAtWork {
  const holder = randomUUID()
  const runMs = tools.runMs ?? (() => performance.now())
  const loops = new Map<string, Again>()
  for (const one of pairs) {
    const held: Held = {
      memory: undefined,
      pairSince: undefined,
      atWork: [],
      atWorkRunMs: -Infinity,
      clocks: undefined,
    }
    loops.set(
      one.id,
      again(`ask the standby ${one.id}`, one.everyMs, centre.log, async (signal) => {
        const began = runMs()
        if (!(await hold(centre, one, held, holder))) return new Next(one.everyMs)
        if (await look(centre, one, held, signal, runMs)) tools.noticed()
        return new Next(Math.max(0, pauseAfter(held, one.everyMs) - (runMs() - began)))
      }),
    )
  }
  return {
    lookSoon(id) {
      loops.get(id)?.soon()
      return loops.has(id)
    },
    async stop() {
      await Promise.all([...loops.values()].map((loop) => loop.stop()))
      for (const { id } of pairs) await letGoOfPair(centre.db, id, holder)
    },
  }
}

/** A side that did not answer is asked again soon: whether it is down or was busy shows in the next looks. */
function pauseAfter({ memory }: Held, everyMs: number): number {
  const look = memory?.looks.at(-1)
  const isMissed = look !== undefined && !(look.primary.answered && look.standby.answered)
  return isMissed ? Math.min(everyMs, AGAIN_MS) : everyMs
}

/** Whether this hub is the one that asks; a hub that has just become it goes on from what is kept. */
async function hold({ db, clock }: Centre, one: StandbyAtWork, held: Held, holder: string): Promise<boolean> {
  const { id, everyMs, synchronous, slotKeepBytes } = one
  const ours = await holdPair(db, id, holder, 2 * everyMs + LEASE_BEYOND_MS, clock.now())
  if (ours === undefined) {
    held.memory = undefined
    held.clocks = undefined
    return false
  }
  const expected = { systemId: ours.systemId, synchronous, slotKeepBytes }
  if (held.memory === undefined || held.pairSince !== ours.since) {
    const state = await pairState(db, id)
    const samples = await samplesKept(db, id, Math.max(ours.since, clock.now() - DAY))
    held.memory = { looks: [], samples, expected, wentBack: state?.wentBack }
    held.pairSince = ours.since
    held.atWork = state?.atWork ?? []
  } else held.memory = { ...held.memory, expected }
  return true
}

/** True when the pair stands otherwise than before. */
async function look(
  centre: Centre,
  one: StandbyAtWork,
  held: Held,
  signal: AbortSignal,
  runMs: () => number,
): Promise<boolean> {
  if (held.memory === undefined) return false
  const seen = await lookAtPair(one.pair, signal)
  if (signal.aborted) return false
  const clocks = { wall: centre.clock.now(), run: runMs() }
  const fault = clockFault(held.clocks, clocks)
  held.clocks = clocks
  // Ages by a clock that stands still or was set prove nothing: what was remembered by it is forgotten.
  const facts = remember(fault === undefined ? held.memory : { ...held.memory, looks: [], samples: [] }, seen)
  held.memory = facts
  const verdict: Verdict =
    fault === undefined
      ? judgeStandby(facts, centre.clock.now())
      : { verdict: 'UNKNOWN', because: fault, provenAt: undefined, provenTo: undefined }
  const findings = fault === undefined ? findFaults(facts) : []
  await askOpenWork(centre, one, held, seen, clocks.run, signal)
  if (signal.aborted) return false
  return keepLookAtPair(centre, one.id, seen, {
    systemId: facts.expected.systemId,
    verdict,
    findings,
    atWork: held.atWork,
    wentBack: facts.wentBack,
  })
}

/** Undefined: since the look before, the hub's clock went as its program did. */
function clockFault(before: Clocks | undefined, now: Clocks): string | undefined {
  if (before === undefined) return undefined
  const offMs = now.wall - before.wall - (now.run - before.run)
  if (Math.abs(offMs) <= LIMITS.skewMs) return undefined
  const by = spanInWords(Math.abs(offMs))
  return `The hub’s own clock ${offMs > 0 ? `went ${by} ahead` : `fell ${by} behind`} between two looks, so no age can be told.`
}

async function askOpenWork(
  { clock }: Centre,
  { pair }: StandbyAtWork,
  held: Held,
  seen: Look,
  run: number,
  signal: AbortSignal,
): Promise<void> {
  if (pair.openWork === undefined || !seen.primary.answered || run - held.atWorkRunMs < OPEN_WORK_EVERY_MS) return
  const asOf = clock.now()
  const found = await pair.openWork(signal)
  // One that was not answered is asked again soon, and not with every look.
  held.atWorkRunMs = found === undefined ? run - OPEN_WORK_EVERY_MS + OPEN_WORK_AGAIN_MS : run
  if (found !== undefined) held.atWork = found.map((one) => ({ ...one, asOf }))
}
