import { codeOf } from '../../../base/failure.ts'
import type { NoAnswer } from '../../replication.ts'

/** What an error on the way to the facts means. The server's own words go no further: they may quote a row. */
export function refusalOf(thrown: unknown, where: string): { why: NoAnswer; because: string } {
  const code = codeOf(thrown instanceof AggregateError ? thrown.errors[0] : thrown)
  const said = thrown instanceof Error ? thrown.message : ''
  if (code?.startsWith('28') === true || /SASL|password/i.test(said))
    return { why: 'sign-in', because: `${where} refuses our sign-in (${code ?? 'password'}).` }
  if (code === '42501') return { why: 'rights', because: `${where} lets us in, but not look: pg_monitor is missing.` }
  if (code === '57P03') return { why: 'starting', because: `${where} is starting up or shutting down.` }
  if (code === '53300') return { why: 'full', because: `${where} has no connection left for us.` }
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return { why: 'refused', because: `${where} does not listen (refused).` }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT' || code === 'ENOTFOUND')
    return { why: 'no-way', because: `No way leads to ${where} (${code}).` }
  if (/certificate|CERT_|SSL/i.test(`${said}${code ?? ''}`))
    return { why: 'broken', because: `${where} shows no TLS certificate that we trust.` }
  return { why: 'broken', because: `${where} broke off (${code ?? 'no code'}).` }
}
