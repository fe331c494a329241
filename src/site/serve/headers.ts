import type { MiddlewareHandler } from 'hono'
import { PAGE_HEADERS } from '../../look/serve.ts'

/**
 * The same strict headers on every answer, and an answer only under our own names: a page elsewhere whose name was pointed at this machine
 * (DNS rebinding) must not read what is here.
 */
export function secureHeaders(names: () => readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const host = hostOf(c.req.header('host'))
    if (host === undefined || !names().includes(host))
      return c.text(
        'This machine is not known under that name. Use its own name or address, or localhost on the machine itself.',
        421,
      )
    await next()
    for (const [name, value] of Object.entries(PAGE_HEADERS))
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    return undefined
  }
}

function hostOf(header: string | undefined): string | undefined {
  if (header === undefined || !URL.canParse(`http://${header}`)) return undefined
  return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, '').toLowerCase()
}
