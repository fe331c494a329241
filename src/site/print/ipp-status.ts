import { Failure } from '../../base/failure.ts'

/** IPP status codes that are asked for by name (RFC 8011 appendix B). */
export const STATUS = { ignored: 0x0001, conflicting: 0x0002, notFound: 0x0406, gone: 0x0407, attributes: 0x040b }

/** The printer's own troubles that pass, and those that asking again does not change, by name and not by the hundred. */
const PASSES = new Set([
  0x0405, // client-error-timeout
  0x0500, // server-error-internal-error
  0x0502, // server-error-service-unavailable
  0x0504, // server-error-device-error
  0x0505, // server-error-temporary-error
  0x0506, // server-error-not-accepting-jobs
  0x0507, // server-error-busy
  0x050a, // server-error-printer-is-deactivated
  0x050b, // server-error-too-many-jobs
])

/** After the sheets were sent, paper may have come out before one of these was said. */
const PAPER_MAY_BE_OUT = new Set([
  0x0500, // server-error-internal-error
  0x0504, // server-error-device-error
  0x0508, // server-error-job-canceled
])

/** A refusal in IPP's own words; `status` tells it from a line that broke. */
export class IppRefusal extends Failure {
  readonly status: number

  constructor(status: number, said: string | number | boolean | undefined, sentDocument: boolean) {
    const words = said === undefined ? `IPP status 0x${status.toString(16)}` : String(said).slice(0, 120)
    const isUnclear = sentDocument && PAPER_MAY_BE_OUT.has(status)
    super(
      isUnclear ? 'ambiguous' : PASSES.has(status) ? 'transient' : 'permanent',
      isUnclear
        ? `The printer gave up (${words}) after the sheets were sent. Look at the printer before printing again.`
        : `The printer refused (${words}).`,
    )
    this.status = status
  }
}

/** What an answer other than 200 on the way to IPP means. */
export function httpRefusal(status: number | undefined, sentDocument: boolean): Failure {
  const passes = status !== undefined && (status >= 500 || status === 408 || status === 429)
  if (passes && sentDocument && status !== 503)
    return new Failure(
      'ambiguous',
      `The printer answered with HTTP ${status} after the sheets were sent. Look at the printer before printing again.`,
    )
  if (passes) return new Failure('transient', `The printer answered with HTTP ${status}. Try again in a minute.`)
  return new Failure('permanent', `The printer answered with HTTP ${status}. Check its address.`)
}
