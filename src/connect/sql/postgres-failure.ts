import { Failure } from '../../base/failure.ts'

/** Codes after which the same call may succeed: cancelled, conflict with recovery, starting or stopping, out of resources, deadlock, connection. */
const TRANSIENT = /^(40|53|57|58|08)|^55P03$/

/**
 * What a PostgreSQL error means for a reader. The server's own words are passed on only where they name tables and columns (class 42); other
 * messages may quote a row's values and are put in our words.
 */
export function postgresFailure(thrown: unknown, what: string, where: string): Failure {
  if (thrown instanceof Failure) return thrown
  const code = codeOf(thrown)
  const said = thrown instanceof Error ? thrown.message : ''
  const position = positionOf(thrown)
  const fail = (kind: Failure['kind'], says: string) =>
    new Failure(kind, `${where}: ${says}`, position === undefined ? {} : { cause: { position } })
  if (code === undefined) {
    if (/self.signed|certificate|CERT_|altname/i.test(said))
      return fail(
        'permanent',
        'its TLS certificate is not one that we trust. Give the authority by connection.ca, or correct the host name.',
      )
    if (/does not support SSL/.test(said))
      return fail(
        'permanent',
        'it does not speak TLS. Switch it on there, or say tls: off in the mapping if the line between is trusted.',
      )
    if (/SASL|password/i.test(said))
      return fail('permanent', 'it wants a password, and the mapping gives none that fits.')
    if (/invalid response/.test(said))
      return fail('transient', 'it answers, but what it says is not PostgreSQL. Is the port right?')
    return fail('transient', 'the connection broke off. The last whole read still stands; the next one tries again.')
  }
  if (code.startsWith('28'))
    return fail('permanent', `it refuses the sign-in (${code}). Check user, password and pg_hba.conf.`)
  if (code === '3D000')
    return fail('permanent', 'it has no database of that name. Check connection.database or the url.')
  if (code === '42501')
    return fail('permanent', `${what} is not allowed: ${said}. ${grantFor(said)} to the reading account.`)
  if (code.startsWith('42')) return fail('permanent', `${what} does not fit this database: ${said}.`)
  if (code === '40001' || /conflict with recovery/.test(said))
    return fail(
      'transient',
      `${what} stood in the way of replay on the standby and was cancelled (conflict with recovery). The next read tries again; hot_standby_feedback = on avoids it.`,
    )
  if (code === '57014') return fail('transient', `${what} took longer than the deadline and was cancelled.`)
  if (code === '57P03') return fail('transient', 'it is starting up or shutting down and takes no sign-in yet.')
  if (code === '25006') return fail('permanent', `${what} tries to write; a mapping may only read.`)
  if (TRANSIENT.test(code))
    return fail('transient', `${what} could not be answered now (${code}). The next read tries again.`)
  if (/^E[A-Z]+$/.test(code) || code.startsWith('ERR_')) return network(code, fail)
  return fail(
    'permanent',
    `${what} failed in the database (${code}); its own message may hold patient data and is in its log.`,
  )
}

/** Which right is missing: a schema is used, tables are read, functions are executed. */
function grantFor(said: string): string {
  if (/for schema/.test(said)) return 'GRANT USAGE ON that SCHEMA'
  return /for function/.test(said) ? 'GRANT EXECUTE ON that FUNCTION' : 'GRANT SELECT'
}

/** What an error of the socket means; for either engine. */
export function network(code: string, fail: (kind: Failure['kind'], says: string) => Failure): Failure {
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return fail('transient', 'nothing listens there (refused). Is the database running?')
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return fail('transient', 'its name is not known to the network (DNS).')
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT')
    return fail('transient', `no way leads there (${code}).`)
  if (code.startsWith('ERR_TLS_CERT')) return fail('permanent', 'its TLS certificate does not bear its name.')
  return fail(
    'transient',
    `the connection broke off (${code}). The last whole read still stands; the next one tries again.`,
  )
}

export function codeOf(thrown: unknown): string | undefined {
  if (thrown instanceof AggregateError) return codeOf(thrown.errors[0])
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Where in the query the server saw the mistake: a 1-based character, if it said so. Nothing else of its error travels on. */
export function positionOf(thrown: unknown): number | undefined {
  const at = thrown instanceof Failure ? thrown.cause : thrown
  const position = typeof at === 'object' && at !== null && 'position' in at ? Number(at.position) : Number.NaN
  return Number.isInteger(position) ? position : undefined
}
