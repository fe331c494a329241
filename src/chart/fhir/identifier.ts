import { type Json, lookUp, objectIn, objectsIn, saidIn, textIn } from './json.ts'
import { type Now, periodOf } from './period.ts'

/** HL7 table 0203: numbers that are nobody's medical record number, and are not read aloud. */
const OTHER_TYPES: { [code: string]: string } = {
  SS: 'social security',
  SB: 'social security',
  DL: "driver's license",
  PPN: 'passport',
  PRC: 'immigration',
  VS: 'immigration',
  CZ: 'citizenship',
  TAX: 'tax',
  EN: 'tax',
  MC: 'insurance',
  MA: 'insurance',
  MB: 'insurance',
  MCR: 'insurance',
  MCN: 'insurance',
  HC: 'insurance',
  JHN: 'insurance',
  NH: 'insurance',
  WC: 'insurance',
  NPI: 'provider',
  PRN: 'provider',
  MI: 'military',
  BC: 'bank',
  BA: 'bank',
  AN: 'account',
  VN: 'visit',
  EI: 'employee',
}
/** The same by the system's address, its OID or its words, of the identifier or of its type. These hold for what calls itself a record number too. */
const SECRET_WORDS: [RegExp, string][] = [
  [/us-?ssn|\bssn\b|social.?security|113883\.4\.1$/i, 'social security'],
  [/us-?dl\b|driv\w*'?s?.?(licen[sc]e|id)|113883\.4\.3(\.\d+)?$/i, "driver's license"],
  [/passport|113883\.4\.330(\.\d+)?$/i, 'passport'],
]
const OTHER_WORDS: [RegExp, string][] = [
  ...SECRET_WORDS,
  [/us-?mbi|medicare|medicaid|beneficiary|113883\.4\.(572|927|338)$/i, 'insurance'],
  [/member|subscriber|insur(ance|ed)|policy.?(number|no|id)?\b|health.?card|\bpayer\b/i, 'insurance'],
  [/us-?npi|113883\.4\.6$|national.?provider/i, 'provider'],
  [/us-?(ein|tin|itin)\b|tax.?(payer|id|number)|113883\.4\.[24]$/i, 'tax'],
]
const RECORD_WORDS = /\bmrn\b|medical.?record|chart.?(number|no)\b/i
const UUID = /^(urn:uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const LIKE_SSN = /^[\dx*]{3}[- ][\dx*]{2}[- ]\d{4}$/i

type MrnRequest = Now & { mrnSystem?: string | undefined }
export type Mrn = { mrn: string; because?: string }

/**
 * The number that people read aloud: the configured system's, else one of type MR, else the usual one, else the first that is of no other kind.
 * A number that is known to be a social security, license or insurance number is never it, whatever else says that it is.
 */
export function mrnOf(resource: Json, request: MrnRequest): Mrn {
  const sent = objectsIn(resource, 'identifier').flatMap((identifier) => {
    const value = saidIn(identifier, 'value')
    return value === undefined ? [] : [{ identifier, value, other: otherKind(identifier, value) }]
  })
  const secret = new Set(sent.filter(({ other }) => other !== undefined).map(({ value }) => plain(value)))
  const fit = sent.filter(
    ({ identifier, value }) =>
      !secret.has(plain(value)) && identifier.use !== 'old' && periodOf(identifier, request) === 'current',
  )
  const found =
    fit.find(
      ({ identifier }) => request.mrnSystem !== undefined && textIn(identifier, 'system') === request.mrnSystem,
    ) ??
    fit.find(({ identifier }) => isRecordNumber(identifier)) ??
    fit.find(({ identifier }) => identifier.use === 'usual') ??
    fit.find(({ value }) => !UUID.test(value)) ??
    fit[0]
  if (found !== undefined) return { mrn: found.value }
  // Where no number was sent there is nothing that was not understood.
  if (objectsIn(resource, 'identifier').length === 0) return { mrn: '' }
  const kinds = [...new Set(sent.flatMap(({ other }) => other ?? []))]
  const because =
    kinds.length === 0 ? 'none of its numbers can be read' : `its numbers are of other kinds (${kinds.join(', ')})`
  return { mrn: '', because: `it has no medical record number: ${because}` }
}

function isRecordNumber(identifier: Json): boolean {
  return codesOf(identifier).includes('MR') || RECORD_WORDS.test(wordsOf(identifier))
}

/** Which other kind of number it surely is. */
function otherKind(identifier: Json, value: string): string | undefined {
  const byCode = codesOf(identifier)
    .map((code) => lookUp(OTHER_TYPES, code))
    .find((kind) => kind !== undefined)
  const words = wordsOf(identifier)
  const byWords = (isRecordNumber(identifier) ? SECRET_WORDS : OTHER_WORDS).find(([pattern]) =>
    words.split('\n').some((line) => pattern.test(line)),
  )?.[1]
  const bySight = LIKE_SSN.test(value) && !isRecordNumber(identifier) ? 'social security' : undefined
  return byCode ?? byWords ?? bySight
}

function codesOf(identifier: Json): string[] {
  return objectsIn(objectIn(identifier, 'type'), 'coding').map((coding) =>
    (saidIn(coding, 'code') ?? '').trim().toUpperCase(),
  )
}

/** What is said of its kind, a line each: the type's words and the system. */
function wordsOf(identifier: Json): string {
  const type = objectIn(identifier, 'type')
  const displays = objectsIn(type, 'coding').map((coding) => textIn(coding, 'display'))
  const system = textIn(identifier, 'system')?.replace(/\/$/, '')
  // Who gave the number says nothing of its kind: a host may be called anything.
  const path = system?.replace(/^https?:\/\/[^/]+(?=\/)/i, '')
  return [textIn(type, 'text'), textIn(identifier, 'type'), ...displays, path]
    .filter((words) => words !== undefined)
    .join('\n')
}

function plain(value: string): string {
  return value.replaceAll(/[^0-9a-z]/gi, '').toLowerCase()
}
