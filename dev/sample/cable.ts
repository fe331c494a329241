import { connect, createServer, type Socket } from 'node:net'

/**
 * The line between two programs of this machine, as a cable that can be pulled: bytes pass while it is whole. Pulled, it does what a dead line
 * does: connections that are open fall silent, new ones get no answer, nobody is told. Mended, what was caught in it is closed.
 */
export type Cable = {
  readonly port: number
  readonly whole: boolean
  pull(): void
  mend(): void
  close(): Promise<void>
}

/** Listens on 127.0.0.1 at `port` (0: any) and leads to `target()`, asked anew for each connection. */
export function layCable(port: number, target: () => number): Promise<Cable> {
  let whole = true
  const open = new Set<Socket>()
  const server = createServer({ pauseOnConnect: true }, (near) => {
    keep(near)
    if (!whole) return
    const far = connect(target(), '127.0.0.1')
    keep(far)
    near.pipe(far).pipe(near)
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
    near.resume()
  })
  const keep = (socket: Socket): void => {
    open.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  }
  const drop = (): void => {
    for (const socket of open) socket.destroy()
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        get whole() {
          return whole
        },
        pull: () => {
          whole = false
          for (const socket of open) socket.unpipe().pause()
        },
        mend: () => {
          if (!whole) drop()
          whole = true
        },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            drop()
          }),
      })
    })
  })
}
