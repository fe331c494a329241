import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { isIP } from 'node:net'

/** What a session is given instead of `node:dgram`, and what only the socket knows. */
export type Datagrams = Disposable & {
  /** For the library's option `dgramModule`; serves one session. */
  module: { createSocket: () => object }
  /** The far side said something that is not SNMP, or something that is. */
  readonly heard: { noise: boolean; snmp: boolean }
  /** Rejects with the system's word (nothing listens, no route); never resolves. */
  readonly broken: Promise<never>
}

/**
 * One connected socket for one session. The library's own takes a datagram from anybody, never learns that nothing listens, and lets some
 * answers throw out of the socket's event, which would end the program. This one hears the far side only, and swallows what means nothing.
 */
export async function datagramsWith(to: { host: string; port: number }, over: AbortSignal): Promise<Datagrams> {
  const { address, family } = isIP(to.host) === 0 ? await lookup(to.host) : { address: to.host, family: isIP(to.host) }
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', signal: over })
  try {
    socket.connect(to.port, address)
    await once(socket, 'connect', { signal: over })
  } catch (thrown) {
    closeOnce(socket)
    throw thrown
  }
  return facing(socket)
}

function facing(socket: Socket): Datagrams {
  const heard = { noise: false, snmp: false }
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  socket.on('error', (thrown) => broken.reject(thrown))
  const hears = (listener: (bytes: Buffer) => void) => (bytes: Buffer) => {
    try {
      listener(bytes)
      heard.snmp = true
    } catch {
      heard.noise = true
    }
  }
  const face = {
    on(event: string, listener: (bytes: Buffer) => void) {
      if (event === 'message') socket.on('message', hears(listener))
      return face
    },
    // The library says where to at every datagram; a connected socket knows.
    send: (bytes: Buffer, from: number, length: number, _port: number, _address: string, sent: Sent) =>
      socket.send(bytes, from, length, sent),
    ref: () => socket.ref(),
    unref: () => socket.unref(),
    close: () => closeOnce(socket),
  }
  return {
    module: { createSocket: () => face },
    heard,
    broken: broken.promise,
    [Symbol.dispose]: () => closeOnce(socket),
  }
}

type Sent = (error: Error | null, bytes: number) => void

function closeOnce(socket: Socket): void {
  try {
    socket.close()
  } catch {
    // It is closed: by the signal, or before.
  }
}
