import { Failure } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import { stampEveryMs } from '../../monitor/pace.ts'
import type { Centre } from '../flows/centre.ts'
import { noteCanary, noteStampBack, sourceState } from '../sources/store.ts'
import { takeTurn } from '../turn/store.ts'

/** `write` puts a stamp into the source and gives it; `back` gives the newest that has come through. */
export type Canary = {
  write(signal?: AbortSignal): Promise<Instant>
  back(signal?: AbortSignal): Promise<Instant | undefined>
}

/**
 * Looks which stamp has come through a source and writes the next one, once in a stamp's interval, whichever hub does it. A stamp that cannot be
 * written or looked for is no reason not to read; it is kept with its reason, and ages.
 */
export async function followStamps(
  centre: Centre,
  { id, everyMs, canary }: { id: string; everyMs: number; canary: Canary },
  signal: AbortSignal,
): Promise<void> {
  const { db, clock } = centre
  await takeTurn(db, `stamp ${id}`, async () => {
    const age = clock.now() - ((await sourceState(db, id))?.canaryWrittenAt ?? 0)
    if (age >= 0 && age < stampEveryMs(everyMs) / 2) return
    try {
      const back = await named('no stamp can be looked for', () => canary.back(signal))
      if (back !== undefined) await noteStampBack(db, id, back)
      await noteCanary(db, id, { at: await named('no stamp can be written', () => canary.write(signal)) })
    } catch (thrown) {
      if (signal.aborted) return
      const failing = thrown instanceof Failure ? thrown.message : 'stamps cannot be followed for an unforeseen reason'
      centre.log.warn({ source: id }, failing)
      await noteCanary(db, id, { failing })
    }
  })
}

async function named<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    throw new Failure(thrown.kind, `${what} (${thrown.message})`, { cause: thrown })
  }
}
