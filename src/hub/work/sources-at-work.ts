import { Failure, reasonOf } from '../../base/failure.ts'
import type { EhrSource, SourceSignal } from '../../connect/ehr.ts'
import { stampEveryMs } from '../../monitor/pace.ts'
import type { Centre } from '../flows/centre.ts'
import { readSource } from '../flows/read-source.ts'
import { noteReadFailed, sourceState } from '../sources/store.ts'
import { takeTurn } from '../turn/store.ts'
import { type Again, again, Next } from './every.ts'
import { type Canary, followStamps } from './follow-stamps.ts'

/** `canary` is undefined where nothing may be written. */
export type OpenedSource = { source: EhrSource; canary: Canary | undefined }

/** A source as this hub works with it. `open` may fail and is tried again at the next read; a source that cannot be opened is failing. */
export type SourceAtWork = { id: string; everyMs: number; open(): Promise<OpenedSource> }

export type SourcesAtWork = {
  probe(id: string): Promise<SourceSignal | undefined>
  /** Reads soon; false when there is no such source. */
  readSoon(id: string): boolean
  /** Whether stamps may be written into it; undefined while it could not be opened. */
  hasCanary(id: string): boolean | undefined
  stop(): Promise<void>
}

type Held = {
  work: SourceAtWork
  opened: OpenedSource | undefined
  loops: Again[]
  /** The begin of the last read that this hub knows of, its own or another hub's, and that it has waited for long enough. */
  waitedFor: number | undefined
}

/**
 * Reads every source once in its interval, whichever hub does it, asks for packs to be published after each read, and follows the stamps of
 * those that have a canary.
 */
export function putToWork(centre: Centre, sources: SourceAtWork[]): SourcesAtWork {
  const held = new Map<string, Held>(
    sources.map((work) => [work.id, { work, opened: undefined, loops: [], waitedFor: undefined }]),
  )
  const opened = async (one: Held) => (one.opened ??= await one.work.open())
  for (const one of held.values()) {
    const { id, everyMs } = one.work
    one.loops = [
      again(`read ${id}`, everyMs, centre.log, (signal, asked) => readInTurn(centre, one, opened, signal, asked)),
      again(`follow the stamps of ${id}`, stampEveryMs(everyMs), centre.log, async (signal) => {
        const canary = one.opened?.canary
        if (canary !== undefined) await followStamps(centre, { id, everyMs, canary }, signal)
      }),
    ]
  }
  return {
    async probe(id) {
      const one = held.get(id)
      if (one === undefined) return undefined
      try {
        return await (await opened(one)).source.probe()
      } catch (thrown) {
        const kind = thrown instanceof Failure ? thrown.kind : 'permanent'
        return { answered: false, kind, tookMs: 0, because: reasonOf(thrown) }
      }
    },
    readSoon(id) {
      held.get(id)?.loops[0]?.soon()
      return held.has(id)
    },
    hasCanary: (id) => {
      const one = held.get(id)?.opened
      return one === undefined ? undefined : one.canary !== undefined
    },
    async stop() {
      await Promise.all([...held.values()].flatMap((one) => one.loops.map((loop) => loop.stop())))
      for (const one of held.values()) await one.opened?.source[Symbol.asyncDispose]()
    },
  }
}

type Open = (one: Held) => Promise<OpenedSource>

async function readInTurn(centre: Centre, one: Held, opened: Open, signal: AbortSignal, asked: boolean): Promise<Next> {
  const { id, everyMs } = one.work
  // Also where another hub reads: how a source is watched depends on what can be done with it.
  await opened(one).catch(() => {})
  const outcome = await takeTurn(centre.db, `read ${id}`, async () => {
    if (!asked) {
      const restMs = await restOf(centre, one)
      if (restMs !== undefined) return new Next(restMs)
    }
    const began = performance.now()
    const done = await readOnce(centre, one, opened, signal)
    one.waitedFor = (await sourceState(centre.db, id))?.triedAt
    if (done) centre.publishSoon()
    return new Next(Math.max(0, everyMs - (performance.now() - began)))
  })
  return outcome ?? new Next(everyMs / 4)
}

/** How long another hub's read is still good for; undefined when a read is due. Ages alone do not decide: clocks stand still and jump. */
async function restOf(centre: Centre, one: Held): Promise<number | undefined> {
  const triedAt = (await sourceState(centre.db, one.work.id))?.triedAt
  if (triedAt === undefined || triedAt === one.waitedFor) return undefined
  const age = centre.clock.now() - triedAt
  if (age < 0 || age >= one.work.everyMs) return undefined
  one.waitedFor = triedAt
  return one.work.everyMs - age
}

async function readOnce(centre: Centre, one: Held, opened: Open, signal: AbortSignal): Promise<boolean> {
  const { id } = one.work
  let source: OpenedSource
  try {
    source = await opened(one)
  } catch (thrown) {
    await noteUnopened(centre, id, thrown)
    await centre.changed(centre.db, ['sources', `source:${id}`])
    return false
  }
  const reader = { ...centre, zone: centre.practice.zone, caughtUp: () => centre.publishSoon() }
  const { outcome } = await readSource(reader, source.source, signal)
  await centre.changed(centre.db, ['sources', `source:${id}`])
  return outcome === 'done'
}

async function noteUnopened(centre: Centre, id: string, thrown: unknown): Promise<void> {
  const because = thrown instanceof Failure ? thrown.message : `It could not be opened (${reasonOf(thrown)}).`
  const kind = thrown instanceof Failure ? thrown.kind : 'permanent'
  centre.log.warn({ source: id, kind, because }, 'source could not be opened')
  const now = centre.clock.now()
  await noteReadFailed(centre.db, id, kind, {
    endedAt: now,
    asOf: undefined,
    tookMs: 0,
    charts: 0,
    appointments: 0,
    setAside: 0,
    outcome: 'failed',
    because,
  })
}
