import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { spanInWords } from '../base/ago.ts'
import { DAY, type Instant } from '../base/time.ts'
import { act, watch } from './finding.ts'
import type { Finding, Measured } from './probe.ts'

export type CertificateRules = {
  /** The name under which the far side is asked for. */
  name: string
  now: Instant
  watchDays: number
  actDays: number
  /** `any`: a certificate of the practice's own making, of which only date and name are looked at. */
  trust: 'known' | 'any'
}

/** What the certificate that a far side just showed says: how long it is good for, whether it bears the name, who vouches for it. */
export function certificateOf(
  socket: TLSSocket,
  rules: CertificateRules,
): { because: string; measured: Measured[]; findings: Finding[] } {
  const peer = socket.getPeerX509Certificate()
  if (peer === undefined)
    return { because: 'it shows no certificate', measured: [], findings: [act('It shows no certificate.')] }
  const vouched = socket.authorized || rules.trust === 'any' ? undefined : codeOf(socket.authorizationError)
  return judged(peer, vouched, rules)
}

function judged(peer: X509Certificate, vouched: string | undefined, rules: CertificateRules) {
  const until = peer.validToDate.getTime()
  const from = peer.validFromDate.getTime()
  const leftMs = until - rules.now
  const mismatch = (isIP(rules.name) === 0 ? peer.checkHost(rules.name) : peer.checkIP(rules.name)) === undefined
  const left = spanInWords(Math.abs(leftMs))
  const findings: Finding[] = [
    ...(leftMs <= 0 ? [act(`Its certificate ran out ${left} ago.`)] : []),
    ...(leftMs > 0 && leftMs <= rules.actDays * DAY ? [act(`Its certificate runs out in ${left}.`)] : []),
    ...(leftMs > rules.actDays * DAY && leftMs <= rules.watchDays * DAY
      ? [watch(`Its certificate runs out in ${left}.`)]
      : []),
    ...(from > rules.now ? [act('Its certificate is not valid yet. Is a clock wrong?')] : []),
    ...(mismatch ? [act(`Its certificate is for another name than ${rules.name}.`)] : []),
    ...(vouched === undefined || DATES.has(vouched)
      ? []
      : [act(`Nobody known here vouches for its certificate (${vouched}).`)]),
  ]
  return {
    because: leftMs <= 0 ? `its certificate ran out ${left} ago` : `its certificate is good for ${left}`,
    measured: [{ what: 'certificate left', value: Math.floor(leftMs / DAY), unit: 'd' as const }],
    findings,
  }
}

/** The dates are judged above, by the clock in hand. */
const DATES = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

function codeOf(error: Error | string | null): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message
  return error ?? 'unknown authority'
}
