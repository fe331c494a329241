import type pg from 'pg'

type Inner = {
  connection?: {
    stream?: NodeJS.EventEmitter & { destroy(error?: Error): void }
    attachListeners?: (stream: NodeJS.EventEmitter) => void
  }
}

function innerOf(client: pg.Client): Inner {
  return client
}

/** Ends the connection at once, whatever state it is in. */
export function hangUp(client: pg.Client): void {
  innerOf(client).connection?.stream?.destroy()
}

/**
 * The driver's parser throws out of the socket's event when a message's lengths contradict each other, which would end the program. Here such
 * a far side is hung up on instead, and the query that waits fails.
 */
export function guardStream(client: pg.Client): void {
  const { connection } = innerOf(client)
  const attach = connection?.attachListeners
  if (connection === undefined || attach === undefined) return
  connection.attachListeners = (stream) => {
    const listen = stream.on.bind(stream)
    const guarded: typeof stream.on = (event, listener) =>
      listen(event, (...given: unknown[]) => {
        try {
          Reflect.apply(listener, stream, given)
        } catch {
          connection.stream?.destroy(new Error('received invalid response'))
        }
      })
    stream.on = guarded
    attach.call(connection, stream)
    stream.on = listen
  }
}
