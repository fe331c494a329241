import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

/**
 * A TLS connection to a machine whose certificate the practice's own authority signed for that name. Dates are not looked at: a clinic's PC
 * with a dead clock battery must still reach the hub, which then tells it the time. Throws what the socket says, or why the other is not the hub.
 */
export function connectPinned(
  url: URL,
  caPem: string | undefined,
  silenceMs: number,
  signal?: AbortSignal,
): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port === '' ? 443 : url.port),
      // What replaces the usual check stands below; a name is not sent for bare addresses (RFC 6066).
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    const giveUp = (): void => fail(new Error('it was given up'))
    const fail = (thrown: Error): void => {
      signal?.removeEventListener('abort', giveUp)
      socket.destroy()
      reject(thrown)
    }
    signal?.addEventListener('abort', giveUp)
    if (signal?.aborted === true) return giveUp()
    socket.setTimeout(silenceMs, () => fail(new Error('it did not answer')))
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      const fault = caPem === undefined ? undefined : faultOf(socket, caPem, host)
      if (fault !== undefined) return fail(new Error(fault))
      socket.setTimeout(0)
      socket.off('error', fail)
      signal?.removeEventListener('abort', giveUp)
      return resolve(socket)
    })
  })
}

function faultOf(socket: TLSSocket, caPem: string, host: string): string | undefined {
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) return 'it shows no certificate'
  const authority = new X509Certificate(caPem)
  if (!shown.checkIssued(authority) || !shown.verify(authority.publicKey))
    return 'its certificate is not from this practice’s authority, so it is not the hub'
  const named = isIP(host) === 0 ? shown.checkHost(host) : shown.checkIP(host)
  return named === undefined ? `its certificate is not for the name ${host}` : undefined
}
