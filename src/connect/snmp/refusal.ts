import snmp from 'net-snmp'
import { Failure } from '../../base/failure.ts'
import type { SnmpAccess } from './config.ts'

/** A report of USM instead of an answer (RFC 3414, 3.2), by the counter that it names, as an error of the library that carries it. */
export function reportOf(oid: string): snmp.ResponseInvalidError {
  const counter = /^1\.3\.6\.1\.6\.3\.15\.1\.1\.(\d+)\.0$/.exec(oid)?.[1]
  return new snmp.ResponseInvalidError('report', snmp.ResponseInvalidCode.EUnexpectedReport, counter)
}

const REPORTS: { [counter: string]: string } = {
  '1': 'It does not let this user ask with authentication and privacy (unsupportedSecLevels): is the user made with both?',
  '2': 'It takes our question for an old one (notInTimeWindows): it was restarted this very moment, or two devices share an engine id.',
  '3': 'It knows no user of this name (unknownUserNames).',
  '4': 'It says that it is not the engine that was asked (unknownEngineIDs): do two devices share this address?',
  '5': 'Authentication failed (wrongDigests): its authPassword or its auth protocol is another.',
  '6': 'It cannot read what we ask (decryptionErrors): its privPassword or its priv protocol is another.',
}

/**
 * What the library's error tells of the device. `permanent`: it understood and refuses; else it gave no answer of the right kind. The
 * library's own messages are never passed on: they hold digests, communities and keys. What the system says is left as it is.
 */
export function failureIn(error: Error, what: string): Error {
  if (error instanceof snmp.RequestFailedError) return new Failure('permanent', refusedWith(error.status))
  if (!(error instanceof snmp.ResponseInvalidError)) return error
  if (error.code === snmp.ResponseInvalidCode.EUnexpectedReport)
    return new Failure('permanent', REPORTS[String(error.info)] ?? 'It answers with a report that is not understood.')
  return new Failure('transient', `${what} ${invalid(error.code)}`)
}

/** How far a talk came before nothing more was heard. `met`: the device said who it is (version 3), or something in SNMP that was not our answer. */
export type Came = 'nowhere' | 'noise' | 'met' | 'some-answers'

/** Silence is the only answer that a wrong community gets, and with AES a wrong privPassword: so what it may mean is said. */
export function silence(what: string, version: SnmpAccess['version'], came: Came): Failure {
  return new Failure('transient', `${what} ${SILENT[came](version === '2c')}`)
}

const SILENT: { [came in Came]: (community: boolean) => string } = {
  nowhere: (community) =>
    `gives no answer: it is down, cut off, or does not let this hub ask.${
      community ? ' A wrong community, or a list of who may ask that leaves this hub out, looks the same.' : ''
    }`,
  noise: () => 'answers, but not in SNMP. Is the port right?',
  met: (community) =>
    community
      ? 'answers, and not to what it was asked.'
      : 'says who it is, and is silent to what it is asked. A wrong privPassword or another priv protocol looks so.',
  'some-answers': () => 'answered at first, and not all that it was asked in time: what it said counts for nothing.',
}

function refusedWith(status: number): string {
  const word = STATUS[status]
  if (word === undefined) return `It refuses with the error ${status}.`
  return `It refuses with ${word}.${VIEW.has(word) ? ' Look at what this user or community may read (its view).' : ''}`
}

/** RFC 3416, 3: the words of error-status. */
const STATUS: { [status: number]: string } = {
  1: 'tooBig',
  2: 'noSuchName',
  5: 'genErr',
  6: 'noAccess',
  13: 'resourceUnavailable',
  16: 'authorizationError',
}
const VIEW: ReadonlySet<string> = new Set(['noSuchName', 'noAccess', 'authorizationError'])

function invalid(code: number): string {
  switch (code) {
    case snmp.ResponseInvalidCode.EAuthFailure:
    case snmp.ResponseInvalidCode.ECouldNotDecrypt:
      return 'answers, and its answer is not signed and sealed with our keys: it counts for nothing.'
    case snmp.ResponseInvalidCode.EOutOfOrder:
      return 'answers, and counts its ports out of order: it cannot be read to the end.'
    default:
      return 'answers, and not to what it was asked.'
  }
}
