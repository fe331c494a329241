import type { Reading } from './config.ts'
import type { Field, Segment } from './message.ts'

/** HL7 table 0203, and what systems put there: numbers that a record goes by. Any other type (SS, DL, AN, VN ...) is no record number. */
const RECORD_NUMBERS = new Set(['MR', 'MRN', 'MRT', 'PI', 'PT', 'PN', 'PID', 'EPI', 'CPI'])
/** Who gives out numbers that must never become a record number, whatever type stands beside them. */
const OTHER_AUTHORITIES = new Set(['SSA', 'USSSA', 'SSN', 'SS', 'DMV', 'DL', '2.16.840.1.113883.4.1'])
const SSN = /^\d{3}-\d{2}-\d{4}$/
/** What spreadsheets make of long numbers: two patients may have become one. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?E\+\d+$|^[+-]?\d+[.,]\d+E-?\d+$/i
const PLACEHOLDER = /^(?:00+|-+|unknown|unk|none|null|nil|n\/?a)$/i

export type ChartIds = { ids: string[] } | { because: string }

/**
 * The charts that a list of identifiers (CX, PID-3 or MRG-1) names: those of the wanted type and authority, else those of a type that record numbers
 * have, else those without a type. Never a social security number, a license or an account.
 */
export function chartIds(identifiers: Field[], reading: Reading): ChartIds {
  const named = identifiers.filter((field) => field.get(1) !== '')
  if (named.length === 0) return { because: 'no number' }
  const { patientIdAuthority: authority, patientIdType } = reading
  const isOf = (field: Field, wanted: string): boolean => field.get(4) === wanted || field.get(4, 2) === wanted
  const among = authority === undefined ? named.filter(isRecordNumber) : named.filter((field) => isOf(field, authority))
  const choices = [
    among.filter((field) => type(field) === patientIdType.toUpperCase()),
    among.filter((field) => RECORD_NUMBERS.has(type(field))),
    among.filter((field) => type(field) === '' && isRecordNumber(field)),
  ]
  const chosen = choices.find((fields) => fields.length > 0)
  if (chosen === undefined) return { because: 'no number of a type that charts go by' }
  const ids = [...new Set(chosen.map((field) => field.get(1)))]
  if (ids.some((id) => SCIENTIFIC.test(id)))
    return { because: 'a number in scientific notation, which may be that of several patients' }
  if (ids.some((id) => PLACEHOLDER.test(id))) return { because: 'a number that stands for no number' }
  return { ids }
}

/** CX-5, a code of two to five characters (HL7 2.8, section 2.A.14); a longer word, such as the facility's name, slipped in and is no type. */
function type(field: Field): string {
  const code = field.get(5).toUpperCase()
  return code.length > 5 ? '' : code
}

function isRecordNumber(field: Field): boolean {
  // The facility (CX-6) names who gave the number out where senders leave the authority (CX-4) out.
  const authorities = [4, 5, 6]
    .flatMap((part) => [field.get(part), field.get(part, 2)])
    .map((name) => name.toUpperCase())
  return !SSN.test(field.get(1)) && !authorities.some((name) => OTHER_AUTHORITIES.has(name))
}

/** PID-3, or PID-2 as senders of version 2.3 and before have it. */
export function patientIdOf(pid: Segment, reading: Reading): { id: string } | { because: string } {
  const current = chartIds(pid.all(3), reading)
  const found = 'ids' in current || pid.all(2).length === 0 ? current : chartIds(pid.all(2), reading)
  if ('because' in found) return { because: `PID-3 names no chart: it holds ${found.because}.` }
  return { id: found.ids[0] ?? '' }
}
