import { setTimeout as pause } from 'node:timers/promises'
import { reasonOf } from '../../src/base/failure.ts'
import { systemClock } from '../../src/base/time.ts'
import { type Mover, openMover } from './mover.ts'

/**
 * The mover as a process: `EHR_URL`, `MOVER_SEED` and `MOVER_RATE` (moves a minute) in its environment; a message `{ rate }` from its parent
 * changes the pace, 0 stands still. It ends with its parent. An EHR that is stopped is waited for: people would wait as well.
 */
let rate = Number(process.env.MOVER_RATE ?? 40)
const url = process.env.EHR_URL ?? ''
const seed = Number(process.env.MOVER_SEED ?? 7)
const ended = new AbortController()

process.on('message', (said: unknown) => {
  if (typeof said === 'object' && said !== null && 'rate' in said) rate = Number(said.rate)
})
for (const signal of ['disconnect', 'SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.abort())

let mover: Mover | undefined
while (!ended.signal.aborted) {
  try {
    mover ??= await openMover({ url, seed, clock: systemClock })
    if (rate > 0) {
      const done = await mover.step()
      if (done !== undefined) process.send?.({ moved: done })
    }
  } catch (thrown) {
    process.send?.({ waiting: reasonOf(thrown) })
    await close(mover)
    mover = undefined
    await pause(2000, undefined, { signal: ended.signal }).catch(() => {})
  }
  await pause(rate > 0 ? 60_000 / rate : 1000, undefined, { signal: ended.signal }).catch(() => {})
}
await close(mover)
process.exit(0)

async function close(mover: Mover | undefined): Promise<void> {
  try {
    await mover?.[Symbol.asyncDispose]()
  } catch {
    // The EHR went away first: there is nothing to close.
  }
}
