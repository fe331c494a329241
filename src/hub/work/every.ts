import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'

/** Something that is done again and again until it is stopped. `soon` does it at once, once more if it is being done just now. */
export type Again = { soon(): void; stop(): Promise<void> }

/** What an act gives to be done again at another time than usual. */
export class Next {
  readonly afterMs: number
  constructor(afterMs: number) {
    this.afterMs = afterMs
  }
}

/**
 * Does `act` every `everyMs`, or when it says, never twice at a time. A failure is logged and does not end it: what it concerns shows on the
 * pages by what the act itself keeps.
 */
export function again(
  name: string,
  everyMs: number,
  log: Log,
  act: (signal: AbortSignal, asked: boolean) => Promise<unknown>,
): Again {
  const ending = new AbortController()
  let wake: (() => void) | undefined
  let asked = false
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const wanted = asked
      asked = false
      let pauseMs = everyMs
      try {
        const next = await act(ending.signal, wanted)
        if (next instanceof Next) pauseMs = next.afterMs
      } catch (thrown) {
        const kind = thrown instanceof Failure ? thrown.kind : 'unforeseen'
        if (!ending.signal.aborted)
          log.warn({ work: name, kind, because: reasonOf(thrown) }, 'work of the hub failed; it is tried again')
      }
      if (!asked && !ending.signal.aborted) await pause(pauseMs)
    }
  }
  const pause = async (ms: number): Promise<void> => {
    const woken = new AbortController()
    wake = () => woken.abort()
    await sleep(ms, undefined, { signal: AbortSignal.any([woken.signal, ending.signal]) }).catch(() => {})
    wake = undefined
  }
  const running = run()
  return {
    soon() {
      asked = true
      wake?.()
    },
    async stop() {
      ending.abort()
      await running
    },
  }
}
