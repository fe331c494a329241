import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'

/** What a far side of notices does with the next request: take it, refuse it, take it and say nothing, cut the line. */
export type Mood = { answers: number; retryAfterS?: number } | 'silent' | 'cuts'

export type Asked = { path: string; headers: IncomingHttpHeaders; body: string }

/** A provider of text messages, calls or push for tests: it keeps everything it was asked. */
export type Provider = AsyncDisposable & { readonly url: string; readonly asked: readonly Asked[]; mood: Mood }

export async function provider(port = 0): Promise<Provider> {
  const asked: Asked[] = []
  const server = createServer((request, reply) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      asked.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString('utf8') })
      const { mood } = far
      if (mood === 'cuts') request.socket.destroy()
      if (typeof mood === 'string') return
      const later = mood.retryAfterS === undefined ? {} : { 'retry-after': String(mood.retryAfterS) }
      reply.writeHead(mood.answers, later).end()
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const far: Provider = {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    mood: { answers: 201 },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
  return far
}
