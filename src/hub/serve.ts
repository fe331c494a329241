import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { codeOf, Failure, reasonOf } from '../base/failure.ts'
import { SECOND } from '../base/time.ts'

export type Listening = { url: string; close(): Promise<void> }
export type Certificate = { cert: string; key: string }

/** Listens until closed. Slow and endless requests end by themselves; open streams are cut at the end. Throws a permanent `Failure` when the address cannot be had. */
export async function listenOn(
  listener: RequestListener,
  where: { host: string; port: number },
  certificate?: Certificate,
): Promise<Listening> {
  const server: Server =
    certificate === undefined
      ? createServer(listener)
      : createTlsServer({ ...certificate, minVersion: 'TLSv1.2' }, listener)
  server.headersTimeout = 20 * SECOND
  server.requestTimeout = 120 * SECOND
  server.keepAliveTimeout = 65 * SECOND
  server.listen(where.port, where.host)
  await once(server, 'listening').catch((thrown: unknown) => {
    throw new Failure(
      'permanent',
      `The hub cannot listen on ${where.host}:${where.port} (${codeOf(thrown) === 'EADDRINUSE' ? 'another program does' : reasonOf(thrown)}). Sites go on with what they have. End the other program, or name another address under "listen" in the configuration or in HOLDFAST_LISTEN.`,
      { cause: thrown },
    )
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : where.port
  const host = where.host.includes(':') ? `[${where.host}]` : where.host
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://${host}:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
