import type { NoAnswer } from '../../replication.ts'

/** Error numbers: https://mariadb.com/kb/en/mariadb-error-code-reference/. 4151: the account is locked. 1820, 1862: its password has expired. */
const SIGN_IN = new Set([1044, 1045, 1698, 1820, 1862, 4151])

export function refusalOf(thrown: unknown, where: string): { why: NoAnswer; because: string } {
  const number = thrown instanceof Error && 'errno' in thrown ? Number(thrown.errno) : undefined
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (number !== undefined && SIGN_IN.has(number))
    return { why: 'sign-in', because: `${where} refuses our sign-in (${number}).` }
  if (number === 1227)
    return { why: 'rights', because: `${where} lets us in, but not look: REPLICA MONITOR is missing.` }
  if (number === 1040 || number === 1203) return { why: 'full', because: `${where} has no connection left for us.` }
  if (number === 1053) return { why: 'starting', because: `${where} is shutting down.` }
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return { why: 'refused', because: `${where} does not listen (refused).` }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT' || code === 'ENOTFOUND')
    return { why: 'no-way', because: `No way leads to ${where} (${code}).` }
  return { why: 'broken', because: `${where} broke off (${number ?? code}).` }
}
