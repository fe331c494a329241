import { isObject, type Json, objectIn, textIn } from './json.ts'

/** No FHIR resource nests this deep; one that does was made to break its readers. */
const DEEPEST = 40
const ABSOLUTE = /^https?:\/\/([^?#\s]+?)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,64}(?:\/_history\/[^/]+)?$/i

/** Host and path of a FHIR server, by which two addresses of it are known to be the same; the scheme and its usual port do not count. */
export function serverName(address: string): string {
  return address
    .replace(/^https?:\/\//i, '')
    .replace(/:(?:80|443)(?=\/|$)/, '')
    .replace(/\/+$/, '')
    .toLowerCase()
}

/** The server that an absolute reference leads to; undefined for a relative one, and for what is no reference to a resource. */
export function serverOf(reference: string): string | undefined {
  const name = ABSOLUTE.exec(reference)?.[1]
  return name === undefined ? undefined : serverName(name)
}

/** The server whose patient a resource is about, where that is not the source itself. */
export function aboutElsewhere(resource: Json, isOwn: (server: string) => boolean): string | undefined {
  for (const field of ['subject', 'patient', 'beneficiary', 'for']) {
    const server = serverOf(textIn(objectIn(resource, field), 'reference') ?? '')
    if (server !== undefined && !isOwn(server)) return server
  }
  return undefined
}

/**
 * A resource without its references to other servers (FHIR R4, 2.3.0.1): number 12 there is nobody's number 12 here. What such a reference shows
 * (`display`) stays. The resource itself where it has none, as nearly always.
 */
export function withoutElsewhere(resource: Json, isOwn: (server: string) => boolean): Json {
  const leads = (value: unknown): boolean => {
    const server = typeof value === 'string' ? serverOf(value) : undefined
    return server !== undefined && !isOwn(server)
  }
  const has = (value: unknown, depth: number): boolean => {
    if (depth > DEEPEST || typeof value !== 'object' || value === null) return false
    if (isObject(value) && leads(value.reference)) return true
    return Object.values(value).some((held) => has(held, depth + 1))
  }
  const without = (value: unknown, depth: number): unknown => {
    if (depth > DEEPEST) return value
    if (Array.isArray(value)) return value.map((one) => without(one, depth + 1))
    if (!isObject(value)) return value
    const fields = Object.entries(value).filter(([field, held]) => field !== 'reference' || !leads(held))
    return Object.fromEntries(fields.map(([field, held]) => [field, without(held, depth + 1)]))
  }
  if (!has(resource, 0)) return resource
  const own = without(resource, 0)
  return isObject(own) ? own : resource
}
