import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'

/** A conversation over one connection, for protocols of a few lines. */
export type Talk = Disposable & {
  say(bytes: string | Buffer): void
  /** Everything up to `end`, which is not part of it. Throws when the far side hangs up first, or says more than `most` without it. */
  until(end: string, most?: number): Promise<string>
  /** Everything until the far side hangs up. */
  rest(most?: number): Promise<string>
}

const MOST = 256 * 1024

/** Connects and gives the conversation; `over` ends it at any moment. */
export async function talkWith(to: NetConnectOpts, over: AbortSignal): Promise<Talk> {
  const socket = connect({ ...to, signal: over })
  socket.on('error', () => {})
  try {
    await once(socket, 'connect', { signal: over })
  } catch (thrown) {
    socket.destroy()
    throw thrown
  }
  return conversation(socket)
}

function conversation(socket: Socket): Talk {
  const pieces = socket.iterator({ destroyOnReturn: false })
  let held = ''
  const more = async (most: number): Promise<boolean> => {
    const next: IteratorResult<Buffer, unknown> = await pieces.next()
    if (next.done === true) return false
    held += next.value.toString('latin1')
    if (held.length > most) throw Object.assign(new Error('too much'), { code: 'TOO_MUCH' })
    return true
  }
  return {
    say: (bytes) => void socket.write(bytes),
    async until(end, most = MOST) {
      for (;;) {
        const at = held.indexOf(end)
        if (at >= 0) {
          const said = held.slice(0, at)
          held = held.slice(at + end.length)
          return said
        }
        if (!(await more(most))) throw Object.assign(new Error('hung up'), { code: 'ECONNRESET' })
      }
    },
    async rest(most = MOST) {
      while (await more(most));
      const said = held
      held = ''
      return said
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
