import { Failure } from '../../base/failure.ts'

/** The server's base with a closing slash. Only https, or http on the loopback address; no password, query or fragment in it. */
export function baseAddress(text: string): URL {
  const url = safeAddress(text, 'The base address')
  if (url.search !== '' || url.hash !== '') {
    throw new Failure('permanent', 'The base address must not hold a query or a fragment.')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** Any address that we may send patient data's questions or a secret to. */
export function safeAddress(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw new Failure('permanent', `${what} is no address (https://...).`)
  if (url.username !== '' || url.password !== '') {
    throw new Failure('permanent', `${what} must not hold a user name or a password.`)
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url
  throw new Failure('permanent', `${what} must begin with https: (plain http is taken on the loopback address only).`)
}

/**
 * An address that the server gave us, which we may follow with our token: of the same origin as the base. Anything else is refused: a
 * server that is not what it seems could lead the token, or the reading of a whole practice, to another machine.
 */
export function addressOnServer(base: URL, link: string, what: string): URL {
  const url = URL.canParse(link, base.href) ? new URL(link, base) : undefined
  if (url === undefined) throw new Failure('permanent', `${what} that the FHIR server gave is no address.`)
  if (url.origin !== base.origin || url.username !== '' || url.password !== '') {
    throw new Failure(
      'permanent',
      `${what} that the FHIR server gave leads to another place (${url.origin}, not ${base.origin}); it was not followed. Set the server's own base address, or configure that of its proxy.`,
    )
  }
  return url
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
