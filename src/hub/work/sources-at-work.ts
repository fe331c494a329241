import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import type { EhrSource, SourceSignal } from '../../connect/ehr.ts'
import type { Centre } from '../flows/centre.ts'
import { readSource } from '../flows/read-source.ts'
import { noteCanary, noteReadFailed } from '../sources/store.ts'
import { takeTurn } from '../turn/store.ts'
import { type Again, again } from './every.ts'

/** A source as this hub works with it. `open` may fail and is tried again at the next read; a source that cannot be opened is failing. */
export type SourceAtWork = {
  id: string
  everyMs: number
  open(): Promise<{ source: EhrSource; stamp: ((signal?: AbortSignal) => Promise<number>) | undefined }>
}

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
  opened: Awaited<ReturnType<SourceAtWork['open']>> | undefined
  loop: Again | undefined
}

/** Reads every source at its interval, one hub at a time for each, and asks for packs to be published after each read. */
export function putToWork(centre: Centre, sources: SourceAtWork[]): SourcesAtWork {
  const held = new Map<string, Held>(sources.map((work) => [work.id, { work, opened: undefined, loop: undefined }]))
  const opened = async (one: Held) => (one.opened ??= await one.work.open())
  for (const one of held.values())
    one.loop = again(`read ${one.work.id}`, one.work.everyMs, centre.log, (signal) =>
      readOnce(centre, one, opened, signal),
    )
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
      held.get(id)?.loop?.soon()
      return held.has(id)
    },
    hasCanary: (id) => {
      const one = held.get(id)?.opened
      return one === undefined ? undefined : one.stamp !== undefined
    },
    async stop() {
      await Promise.all([...held.values()].map(async (one) => one.loop?.stop()))
      for (const one of held.values()) await one.opened?.source[Symbol.asyncDispose]()
    },
  }
}

async function readOnce(
  centre: Centre,
  one: Held,
  opened: (one: Held) => ReturnType<SourceAtWork['open']>,
  signal: AbortSignal,
): Promise<void> {
  const { id } = one.work
  const read = await takeTurn(centre.db, `read ${id}`, async () => {
    let source: Awaited<ReturnType<SourceAtWork['open']>>
    try {
      source = await opened(one)
    } catch (thrown) {
      await noteUnopened(centre, id, thrown)
      return false
    }
    if (source.stamp !== undefined) await stampSource(centre, id, source.stamp, centre.log, centre.clock, signal)
    const { outcome } = await readSource({ ...centre, zone: centre.practice.zone }, source.source, signal)
    return outcome === 'done'
  })
  if (read === undefined) return
  await centre.changed(centre.db, ['sources', `source:${id}`])
  if (read) centre.publishSoon()
}

/** A stamp that cannot be written is not a reason not to read. */
async function stampSource(
  centre: Centre,
  id: string,
  stamp: (signal?: AbortSignal) => Promise<number>,
  log: Log,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const began = clock.now()
  try {
    await noteCanary(centre.db, id, { at: await stamp(signal) })
  } catch (thrown) {
    const failing = thrown instanceof Failure ? thrown.message : 'it failed in an unforeseen way'
    log.warn({ source: id, tookMs: clock.now() - began }, 'no stamp could be written into the source')
    await noteCanary(centre.db, id, { failing })
  }
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
