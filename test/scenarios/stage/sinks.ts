import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { SMTPServer } from 'smtp-server'
import { z } from 'zod'

/** One notice as it arrived. `id` is what makes a second copy of it the same notice. */
export type Taken = { id: string; subject: string; text: string; at: number }

/** Where notices end up: everything that was accepted, copies included. */
export type Sink = AsyncDisposable & { readonly port: number; readonly taken: readonly Taken[] }

/** A mail server on this machine that accepts everything. */
export async function mailSink(port = 0): Promise<Sink> {
  const taken: Taken[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    onData(stream, _session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        taken.push(messageOf(Buffer.concat(pieces).toString('utf8')))
        done()
      })
    },
  })
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: portOf(server.server.address()),
    taken,
    [Symbol.asyncDispose]: () => new Promise((closed) => server.close(() => closed())),
  }
}

/** A far side of webhooks that says yes to everything. */
export async function webhookSink(port = 0): Promise<Sink> {
  const taken: Taken[] = []
  const shape = z.object({ id: z.string(), subject: z.string(), text: z.string() })
  const server = createServer((request, reply) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      taken.push({ ...shape.parse(JSON.parse(Buffer.concat(pieces).toString('utf8'))), at: Date.now() })
      reply.writeHead(204).end()
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    taken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function messageOf(source: string): Taken {
  const [head = '', ...body] = source.replaceAll('\r\n', '\n').split('\n\n')
  const line = (name: string): string =>
    new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'im').exec(head)?.[1]?.replaceAll(/\n[ \t]+/g, ' ') ?? ''
  return { id: line('message-id'), subject: plainOf(line('subject')), text: body.join('\n\n'), at: Date.now() }
}

/** RFC 2047, as far as a subject of ours needs it. */
function plainOf(subject: string): string {
  return subject
    .replaceAll(/=\?utf-8\?q\?(.*?)\?=\s*/gi, (_, coded: string) =>
      decodeURIComponent(coded.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%')),
    )
    .replaceAll(/=\?utf-8\?b\?(.*?)\?=\s*/gi, (_, coded: string) => Buffer.from(coded, 'base64').toString('utf8'))
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}
