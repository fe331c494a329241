import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import * as x509 from '@peculiar/x509'

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/**
 * A key for the site's own pages and the request (PKCS#10) for its certificate, which names this machine as the clinic's network knows it.
 * `names` adds to what the machine knows of itself. Both are PEM; the key never leaves this machine.
 */
export async function newTlsRequest(names: string[]): Promise<{ keyPem: string; requestPem: string }> {
  x509.cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const wanted = [...new Set([...names, ...ownNames()])].map((value) => ({
    type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
    value,
  }))
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: ['Holdfast site'] }],
    keys,
    signingAlgorithm: P256,
    extensions: [new x509.SubjectAlternativeNameExtension(wanted)],
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`
  return { keyPem, requestPem: request.toString('pem') }
}

/** What others on the clinic's network may call this machine. */
export function ownNames(): string[] {
  const host = hostname().toLowerCase()
  const names = /^[a-z0-9-]{1,63}$/.test(host) ? [host, `${host}.local`, `${host}.lan`] : [host]
  const addresses = Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .filter((one) => !one.internal && !one.address.startsWith('fe80:'))
    .map((one) => one.address)
  return [...new Set(['localhost', '127.0.0.1', '::1', ...names, ...addresses])]
}
