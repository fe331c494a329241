import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { rootCertificates, connect as secure, type TLSSocket } from 'node:tls'
import type { Clock } from '../../base/time.ts'
import { certificateOf } from '../certificate.ts'
import { answered, looking, notAnswered, wordOf } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import { placeOf } from '../place.ts'
import type { Answer, Measured, Probe, ProbeName } from '../probe.ts'
import type { TcpConfig } from './config.ts'

/** Whether a port takes connections; with `tls`, what its certificate says; with `greeting`, whether who listens there speaks. */
export function tcpProbe({ id, observes }: ProbeName, config: TcpConfig, clock: Clock): Probe {
  const what = `The port ${placeOf(config.host, config.port)}`
  return {
    id,
    kind: 'tcp',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, clock, over)),
  }
}

async function lookOnce(what: string, config: TcpConfig, clock: Clock, over: AbortSignal): Promise<Answer> {
  await nameKnown(config.host, config.deadlineMs, over)
  const socket = connect({
    host: config.host,
    port: config.port,
    ...(config.from === undefined ? {} : { localAddress: config.from }),
    signal: over,
  })
  socket.on('error', () => {})
  try {
    const began = performance.now()
    await once(socket, 'connect', { signal: over })
    const measured: Measured[] = [{ what: 'connected in', value: Math.round(performance.now() - began), unit: 'ms' }]
    if (config.tls !== undefined) return await shakeHands(what, socket, config, config.tls, clock, measured, over)
    if (config.greeting !== undefined) return await greeted(what, socket, config.greeting, measured, over)
    return answered(`${what} takes connections.`, measured)
  } finally {
    socket.destroy()
  }
}

async function greeted(
  what: string,
  socket: Socket,
  greeting: string,
  measured: Measured[],
  over: AbortSignal,
): Promise<Answer> {
  let heard = ''
  const ended = new AbortController()
  socket.once('end', () => ended.abort())
  socket.setEncoding('latin1')
  while (heard.length < greeting.length) {
    const [piece] = await once(socket, 'data', { signal: AbortSignal.any([over, ended.signal]) }).catch(
      (thrown: unknown) => {
        if (ended.signal.aborted) return ['']
        throw thrown
      },
    )
    if (piece === '') break
    heard += String(piece)
  }
  return heard.startsWith(greeting)
    ? answered(`${what} takes connections and greets as it should.`, measured)
    : notAnswered(`${what} takes connections, but who listens there does not greet as it should.`, measured)
}

async function shakeHands(
  what: string,
  socket: Socket,
  config: TcpConfig,
  tls: NonNullable<TcpConfig['tls']>,
  clock: Clock,
  measured: Measured[],
  over: AbortSignal,
): Promise<Answer> {
  const name = tls.name ?? config.host
  const line: TLSSocket = secure({
    socket,
    rejectUnauthorized: false,
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    ...(tls.ca === undefined ? {} : { ca: [...rootCertificates, tls.ca] }),
  })
  line.on('error', () => {})
  try {
    await once(line, 'secureConnect', { signal: over })
  } catch (thrown) {
    const code = wordOf(thrown)
    if (over.aborted || (code !== undefined && /^E(?!PROTO)[A-Z]+$/.test(code) && !code.startsWith('ERR_')))
      throw thrown
    return notAnswered(`${what} takes connections, but it does not speak TLS (${code ?? 'broken off'}).`, measured)
  }
  const seen = certificateOf(line, { ...tls, name, now: clock.now() })
  return answered(`${what} takes connections; ${seen.because}.`, [...measured, ...seen.measured], seen.findings)
}
