import { Failure } from '../../base/failure.ts'
import { codingsOf } from '../../chart/fhir/concept.ts'
import { isObject, type Json, objectIn, objectsIn, textIn } from '../../chart/fhir/json.ts'

/** A FHIR server's refusal, with the HTTP status it came with. */
export class Refused extends Failure {
  readonly status: number

  constructor(kind: Failure['kind'], message: string, status: number, retryAfterMs?: number) {
    super(kind, message, retryAfterMs === undefined ? {} : { retryAfterMs })
    this.name = 'Refused'
    this.status = status
  }
}

const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529])
/** FHIR R4 IssueType: 3.5 "transient" and its children, and `incomplete`: what came is not the whole. */
const TRANSIENT_ISSUES = new Set([
  'transient',
  'lock-error',
  'no-store',
  'exception',
  'timeout',
  'incomplete',
  'throttled',
])
/** Words of a server that answers for its database: one real server says `400 invalid: connect ECONNREFUSED` when that is down. */
const OUTAGE =
  /ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|\bconnection|\bconnect\b|time[d -]?out|database|deadlock|too many (clients|requests|connections)|unavailable|overload|temporar|out of memory|shutting down|starting up|read-only transaction/i

/** FHIR R4 IssueType, of remarks beside an answer: it is not the whole, or some of it was withheld. */
const PARTIAL_ISSUES = new Set([
  'incomplete',
  'too-costly',
  'too-long',
  'suppressed',
  'security',
  'forbidden',
  'login',
  'expired',
  'timeout',
  'transient',
  'lock-error',
  'no-store',
  'exception',
])
/** Of a mere information, only these say so. */
const WITHHELD = new Set(['incomplete', 'too-costly', 'suppressed'])
const ROWS = 'results?|rows?|resources?|records?|entries|matches|patients?|files?|data'
const LACK =
  'left out|omitted|skipped|removed|hidden|filtered|withheld|dropped|missing|failed|truncated|incomplete|partial(?:ly)?|not (?:be )?(?:returned|included|exported|shown|read|loaded|retrieved)|not all|not complete'
const PARTIAL = new RegExp(`\\b(?:${ROWS})\\b.{0,40}\\b(?:${LACK})\\b|\\b(?:${LACK})\\b.{0,30}\\b(?:${ROWS})\\b`, 'i')

/** Whether an OperationOutcome beside an answer is a sign that the answer lacks something. Remarks on parameters and the like are none. */
export function saysPartial(outcome: Json): boolean {
  return objectsIn(outcome, 'issue').some((issue) => {
    const { codes, text } = saidIn({ issue: [issue] })
    const telling = issue.severity === 'information' || issue.severity === 'success' ? WITHHELD : PARTIAL_ISSUES
    return codes.some((code) => telling.has(code)) || PARTIAL.test(text) || isGrave(issue)
  })
}

/** `within`: the refusal stood inside of an answer that calls itself a success. */
type Refusal = { status: number; body: unknown; retryAfterMs?: number | undefined; asked: string; within?: boolean }

/** What a status that is no success means. `asked` names the question without ids ("Observation"). */
export function refusalOf({ status, body, retryAfterMs, asked, within }: Refusal): Refused {
  const said = saidIn(body)
  const http = within === true ? 'HTTP 200 with a refusal inside' : `HTTP ${status}`
  const codes = said.codes.length === 0 ? '' : ` (${said.codes.join(', ')})`
  const fail = (kind: Failure['kind'], words: string): Refused => new Refused(kind, words, status, retryAfterMs)
  if (status === 401) {
    return fail(
      'permanent',
      `The FHIR server does not accept our sign-in${codes}. Either the client, its key or its secret is wrong or has expired, or the server refuses everybody at the moment.`,
    )
  }
  if (status === 403) {
    return fail(
      'permanent',
      `The FHIR server does not let us read ${asked}${codes}. Grant the right to read it, or leave it out.`,
    )
  }
  if (status === 429 || TRANSIENT_STATUS.has(status)) {
    return fail('transient', `The FHIR server could not answer for ${asked} now (${http}${codes}).`)
  }
  if (status >= 300 && status < 400) {
    return fail(
      'permanent',
      `The FHIR server sends us to another address (HTTP ${status}) for ${asked}; it was not followed. Check the base address.`,
    )
  }
  if (status >= 400 && (said.codes.some((code) => TRANSIENT_ISSUES.has(code)) || OUTAGE.test(said.text))) {
    return fail('transient', `The FHIR server answers for ${asked}, but what is behind it does not (${http}${codes}).`)
  }
  return fail('permanent', `The FHIR server refused the question for ${asked} (${http}${codes}).`)
}

/**
 * A refusal inside an answer that calls itself a success: an OperationOutcome in place of a Bundle, among its entries, or in the
 * response of a batch's entry. Warnings and remarks are none.
 */
export function refusalWithin(body: Json, asked: string): Refused | undefined {
  if (body.resourceType === 'OperationOutcome') return grave(body) ? refusalOf(asRefusal(body, asked, 422)) : undefined
  for (const entry of objectsIn(body, 'entry')) {
    const resource = objectIn(entry, 'resource')
    if (resource?.resourceType === 'OperationOutcome' && grave(resource))
      return refusalOf(asRefusal(resource, asked, 422))
    const status = Number.parseInt(textIn(objectIn(entry, 'response'), 'status') ?? '200', 10)
    if (status >= 400) return refusalOf(asRefusal(objectIn(objectIn(entry, 'response'), 'outcome'), asked, status))
  }
  return undefined
}

function asRefusal(body: unknown, asked: string, status: number): Refusal {
  return { status, body, asked, within: true }
}

function grave(outcome: Json): boolean {
  return objectsIn(outcome, 'issue').some((issue) => isGrave(issue))
}

function isGrave({ severity }: Json): boolean {
  return severity === 'error' || severity === 'fatal'
}

/** Issue codes are words of FHIR and may be shown; `text` is only looked at, it may hold anything. */
function saidIn(body: unknown): { codes: string[]; text: string } {
  if (typeof body === 'string') return { codes: [], text: body.slice(0, 4000) }
  if (!isObject(body)) return { codes: [], text: '' }
  const issues = objectsIn(body, 'issue')
  const codes = issues.flatMap((issue) => textIn(issue, 'code') ?? []).filter((code) => /^[a-z-]{1,30}$/.test(code))
  const text = issues.flatMap((issue) => {
    const details = objectIn(issue, 'details')
    return [textIn(issue, 'diagnostics'), textIn(details, 'text'), ...codingsOf(details).map(({ display }) => display)]
  })
  return { codes: [...new Set(codes)], text: [...text, textIn(body, 'error'), textIn(body, 'message')].join(' ') }
}

/** Retry-After in milliseconds: seconds, or a date against the server's own clock where it tells that. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  const from = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(at) ? undefined : Math.max(0, at - (Number.isNaN(from) ? nowMs : from))
}
