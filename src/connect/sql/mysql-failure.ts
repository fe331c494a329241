import { Failure } from '../../base/failure.ts'
import { codeOf, network } from './postgres-failure.ts'

/** Server errors by number: what each means, and whether to try again. https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const SIGN_IN = new Set([1044, 1045, 1698, 1251, 1862])
const DENIED = new Set([1142, 1143, 1227, 1370])
const NOT_THERE = new Set([1049, 1051, 1054, 1146, 1305, 1128, 1052, 1222])
const TOO_SLOW = new Set([1969, 3024])
const TRANSIENT = new Set([
  1040, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1226, 1317, 1927, 2006, 2013,
])

/**
 * What an error of MariaDB or MySQL means for a reader. Values stand in the text of a query there, so the server's own words are passed on only
 * where they name a table or a column.
 */
export function mysqlFailure(thrown: unknown, what: string, where: string): Failure {
  if (thrown instanceof Failure) return thrown
  const fail = (kind: Failure['kind'], says: string) => new Failure(kind, `${where}: ${says}`)
  const number = numberOf(thrown)
  const code = codeOf(thrown)
  const said = thrown instanceof Error ? thrown.message : ''
  if (number !== undefined && number >= 1000) {
    if (SIGN_IN.has(number))
      return fail(
        'permanent',
        `it refuses the sign-in (${number}). Check user, password and the host that the account is for.`,
      )
    if (DENIED.has(number))
      return fail('permanent', `${what} is not allowed: ${said}. GRANT SELECT to the reading account.`)
    if (NOT_THERE.has(number)) return fail('permanent', `${what} does not fit this database: ${said}.`)
    if (number === 1064) return fail('permanent', `${what} is not SQL that this server understands (1064).`)
    if (number === 1129)
      return fail(
        'permanent',
        'it has blocked this host after many broken connections. FLUSH HOSTS there lets it in again.',
      )
    if (number === 1792 || number === 1290) return fail('permanent', `${what} tries to write; a mapping may only read.`)
    if (TOO_SLOW.has(number)) return fail('transient', `${what} took longer than the deadline and was cancelled.`)
    if (TRANSIENT.has(number))
      return fail('transient', `${what} could not be answered now (${number}). The next read tries again.`)
    return fail(
      'permanent',
      `${what} failed in the database (${number}); its own message may hold patient data and is in its log.`,
    )
  }
  if (/certificate|CERT_|altname/i.test(`${said}${code ?? ''}`))
    return fail(
      'permanent',
      'its TLS certificate is not one that we trust. Give the authority by connection.ca, or correct the host name.',
    )
  if (/does not support secure connection/i.test(said))
    return fail(
      'permanent',
      'it does not speak TLS. Switch it on there, or say tls: off in the mapping if the line between is trusted.',
    )
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR' || /plugin/i.test(said))
    return fail('permanent', 'it wants a way of signing in that Holdfast does not know.')
  if (code === 'PROTOCOL_CONNECTION_LOST' || code === undefined)
    return fail('transient', 'the connection broke off. The last whole read still stands; the next one tries again.')
  if (/^E[A-Z]+$/.test(code)) return network(code, fail)
  return fail('transient', 'it answers, but what it says is not MySQL. Is the port right?')
}

function numberOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'errno' in thrown && typeof thrown.errno === 'number' ? thrown.errno : undefined
}
