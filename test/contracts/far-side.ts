import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer, type TlsOptions } from 'node:tls'

/** A port on this machine that does what it is told with every connection. */
export type FarSide = AsyncDisposable & { port: number; stop: () => Promise<void> }

export function farSide(serve: (socket: Socket) => void): Promise<FarSide> {
  return listen(createServer(), 'connection', serve)
}

export function secureFarSide(options: TlsOptions, serve: (socket: Socket) => void): Promise<FarSide> {
  return listen(createSecureServer(options), 'secureConnection', serve)
}

async function listen(server: Server, event: string, serve: (socket: Socket) => void): Promise<FarSide> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.on(event, (socket: Socket) => {
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** A port on which nothing listens. */
export async function deadPort(): Promise<number> {
  const side = await farSide(() => {})
  await side.stop()
  return side.port
}

/** Says the answer byte by byte, so slowly that no deadline of a test sees the end of it. */
export function slowly(answer: string | Buffer): (socket: Socket) => void {
  return (socket) => {
    const bytes = Buffer.from(answer)
    let at = 0
    const timer = setInterval(() => {
      if (at < bytes.length) socket.write(bytes.subarray(at, ++at))
    }, 150)
    socket.once('close', () => clearInterval(timer))
  }
}

export const GARBAGE = Buffer.from(
  '\u0016\u0003garbage \u0000\u00ff\r\n\r\n\u0007means nothing\r\n'.repeat(40),
  'latin1',
)

export function garbage(socket: Socket): void {
  socket.write(GARBAGE)
  socket.on('data', () => socket.write(GARBAGE))
}
