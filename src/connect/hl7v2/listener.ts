import { once } from 'node:events'
import { BlockList, createServer, isIP, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Hl7v2Config } from './config.ts'
import { type Frame, framed, makeFramer } from './framing.ts'

/** What is done with a frame: the answers to send, each in a frame; `refused` counts against the connection. Never rejects. */
export type Receive = (frame: Frame, peer: string) => Promise<{ answers: string[]; refused: boolean }>

export type Listener = AsyncDisposable & { readonly port: number; readonly peers: number; readonly turnedAway: number }

/** Frames of one connection that may wait for the disk before its socket is no longer read. */
const MOST_WAITING = 64

/** How long the carriage return after an end block is waited for; some senders never send it. */
const LAST_BYTE_MS = 250

/** Listens for MLLP. Answers go out in the order of the messages. Failure `permanent` when the address cannot be had. */
export async function listen(config: Hl7v2Config, receive: Receive, log: Log): Promise<Listener> {
  const allowed = allowList(config.peers)
  const sockets = new Set<Socket>()
  let turnedAway = 0
  const onPeer = (socket: Socket): void => {
    const peer = socket.remoteAddress ?? ''
    if (!isAllowed(allowed, peer) || sockets.size >= config.limits.connections) {
      turnedAway += 1
      log.warn({ peer, open: sockets.size }, 'an HL7 peer was turned away')
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, peer, config, receive)
  }
  const server = serverFor(config, onPeer)
  server.on('tlsClientError', (thrown: Error) => {
    turnedAway += 1
    log.warn({ because: reasonOf(thrown) }, 'an HL7 peer failed to agree on TLS')
  })
  try {
    server.listen(config.listen.port, config.listen.host)
    await once(server, 'listening')
  } catch (thrown) {
    const where = `${config.listen.host} port ${config.listen.port}`
    throw new Failure('permanent', `Cannot listen for HL7 messages on ${where}: ${reasonOf(thrown)}.`, {
      cause: thrown,
    })
  }
  const address = server.address()
  const port = address === null || typeof address === 'string' ? config.listen.port : address.port
  return {
    port,
    get peers() {
      return sockets.size
    },
    get turnedAway() {
      return turnedAway
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function serverFor(config: Hl7v2Config, onPeer: (socket: Socket) => void): Server {
  if (config.tls === undefined) return createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, onPeer)
  const { key, certificate, clientCa } = config.tls
  const proof = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  return createTlsServer(
    { key, cert: certificate, minVersion: 'TLSv1.2', allowHalfOpen: true, noDelay: true, keepAlive: true, ...proof },
    onPeer,
  )
}

function serve(socket: Socket, peer: string, config: Hl7v2Config, receive: Receive): void {
  const framer = makeFramer(config.limits.messageBytes)
  let deadline: NodeJS.Timeout | undefined
  let refusals = 0
  let waiting = 0
  let answers = Promise.resolve()

  const take = (frame: Frame): void => {
    waiting += 1
    if (waiting >= MOST_WAITING) socket.pause()
    const received = receive(frame, peer)
    answers = answers.then(async () => {
      const { answers: told, refused } = await received
      waiting -= 1
      if (refused) refusals += 1
      for (const answer of told) if (socket.writable && !socket.write(framed(answer))) await drained(socket)
      if (refusals >= config.limits.refusals) socket.destroySoon()
      if (waiting < MOST_WAITING) socket.resume()
    })
  }
  const watch = (): void => {
    clearTimeout(deadline)
    const waitMs = framer.ending ? Math.min(LAST_BYTE_MS, config.limits.messageMs) : config.limits.messageMs
    if (framer.busy) deadline = setTimeout(late, waitMs)
  }
  const late = (): void => {
    for (const frame of framer.finish()) take(frame)
  }
  socket.on('data', (chunk) => {
    const began = framer.busy
    const frames = framer.push(chunk)
    for (const frame of frames) take(frame)
    // The deadline is the message's, not the last byte's: a peer that drips is not waited for.
    if (!began || frames.length > 0 || framer.ending) watch()
  })
  socket.on('end', () => {
    for (const frame of framer.finish()) take(frame)
    void answers.then(() => socket.end())
  })
  socket.on('close', () => clearTimeout(deadline))
  socket.on('error', () => socket.destroy())
}

async function drained(socket: Socket): Promise<void> {
  const over = new AbortController()
  try {
    await Promise.race([once(socket, 'drain', { signal: over.signal }), once(socket, 'close', { signal: over.signal })])
  } catch {
    // The socket failed: nobody is there to be answered.
  } finally {
    over.abort()
  }
}

function allowList(peers: string[]): BlockList {
  const list = new BlockList()
  for (const peer of peers) {
    const [ip = '', bits] = peer.split('/')
    const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(ip, family)
    else list.addSubnet(ip, Number(bits), family)
  }
  return list
}

/** An IPv4 peer of a socket that listens on IPv6 shows as `::ffff:10.0.0.5`. */
function isAllowed(list: BlockList, peer: string): boolean {
  const plain = peer.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '')
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}
