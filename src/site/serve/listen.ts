import { createServer as createSecureServer } from 'node:https'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Env } from './visit.ts'

export type Listening = { port: number; close(): Promise<void> }

/** Serves the pages; with `tls` as HTTPS for the clinic's network. Throws Failure('permanent') when the port cannot be had. */
export async function listen(
  app: Hono<Env>,
  where: { host: string; port: number; tls?: { key: string; cert: string } },
): Promise<Listening> {
  const server: ServerType =
    where.tls === undefined
      ? createAdaptorServer({ fetch: (request, env) => app.fetch(request, env) })
      : createAdaptorServer({
          fetch: (request, env) => app.fetch(request, env),
          createServer: createSecureServer,
          serverOptions: { ...where.tls, minVersion: 'TLSv1.2' },
        })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Failure(
          'permanent',
          `Cannot listen on ${where.host}:${where.port} (${reasonOf(cause)}). Choose another port with --port.`,
          { cause },
        ),
      ),
    )
    server.listen(where.port, where.host, resolve)
  })
  const address = server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : where.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Open event streams would hold the program for ever.
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
