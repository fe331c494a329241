import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A UDP port on this machine that does what it is told with every datagram. */
export type UdpSide = AsyncDisposable & { port: number; stop: () => Promise<void> }

export async function udpSide(serve: (said: Buffer, answer: (bytes: Uint8Array) => void) => void): Promise<UdpSide> {
  const socket = createSocket('udp4')
  socket.on('message', (said: Buffer, from: RemoteInfo) =>
    serve(said, (bytes) => socket.send(bytes, from.port, from.address, () => {})),
  )
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return sideOf(socket)
}

export function sideOf(socket: Socket): UdpSide {
  const stop = async (): Promise<void> => {
    const closed = once(socket, 'close')
    socket.close()
    await closed
  }
  return { port: socket.address().port, stop, [Symbol.asyncDispose]: stop }
}

/** A UDP port on which nothing listens. */
export async function deadUdpPort(): Promise<number> {
  const side = await udpSide(() => {})
  await side.stop()
  return side.port
}
