import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 150

export type Patience = { withinMs: number; signal?: AbortSignal; everyMs?: number }

/**
 * Looks again and again until `look` gives something (not undefined, not false) and gives that. A look that throws has found nothing yet.
 * Throws after `withinMs` with what was waited for and what was seen last, and at once when `signal` aborts.
 */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  { withinMs, signal, everyMs = LOOK_EVERY_MS }: Patience,
): Promise<Exclude<Found, undefined | false>> {
  const end = performance.now() + withinMs
  let last: unknown
  for (;;) {
    signal?.throwIfAborted()
    try {
      const found = await look()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both words for "not yet" are taken out
      if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>
      last = found
    } catch (thrown) {
      last = thrown
    }
    if (performance.now() > end)
      throw new Error(`It was waited ${withinMs / 1000} s in vain: ${what}.`, { cause: last })
    await pause(everyMs, undefined, signal === undefined ? {} : { signal })
  }
}
