import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Live } from './live.ts'

const KEEP_MS = 20_000

/**
 * `GET /live?subjects=a,b`: a stream that says `changed` with the subjects. Changes that come together are told together, four times
 * a second at the most; a line every 20 seconds keeps the connection open.
 */
export function serveLive(c: Context, live: Live, allowed: (subject: string) => boolean): Response {
  const subjects = (c.req.query('subjects') ?? '').split(',').filter((one) => one !== '' && allowed(one))
  return streamSSE(c, async (stream) => {
    const waiting = new Set<string>()
    const line = { open: true, wake: (): void => {} }
    const stop = live.hear(subjects, (changed) => {
      for (const subject of changed) waiting.add(subject)
      line.wake()
    })
    const end = (): void => {
      line.open = false
      stop()
      line.wake()
    }
    stream.onAbort(end)
    c.req.raw.signal.addEventListener('abort', end, { once: true })
    await stream.write(': here\n\n')
    while (line.open) {
      if (waiting.size === 0) await sleepUntilWoken(line)
      if (!line.open) break
      if (waiting.size === 0) await stream.write(': still here\n\n')
      else {
        const changed = [...waiting]
        waiting.clear()
        await stream.writeSSE({ event: 'changed', data: JSON.stringify(changed) })
        await stream.sleep(250)
      }
    }
  })
}

async function sleepUntilWoken(line: { wake: () => void }): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, KEEP_MS)
    line.wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })
  line.wake = () => {}
}
