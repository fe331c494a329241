import type { Coding, SectionName } from '../chart.ts'
import { SNOMED } from './concept.ts'
import { lookUp } from './json.ts'
import type { Absence } from './mapped.ts'

const IPS = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'
const EMPTY = 'http://terminology.hl7.org/CodeSystem/list-empty-reason'

/**
 * Codes that say "none" of a whole list. Narrower statements ("no known food allergy", "no known drug allergy") stay entries: they are
 * read as they are worded, and nobody may conclude more from them.
 */
const NONE: { [system: string]: { [code: string]: Absence } } = {
  [SNOMED]: {
    '716186003': 'none-known', // No known allergy
    '160244002': 'none-known', // No known allergies (retired, still sent)
    '160245001': 'none-known', // No current problems or disability
    '787481004': 'none-known', // No known medications
    '787482006': 'none-known', // No known immunizations
    '787480003': 'none-known', // No known procedures
  },
  [IPS]: {
    'no-known-allergies': 'none-known',
    'no-known-problems': 'none-known',
    'no-known-medications': 'none-known',
    'no-known-immunizations': 'none-known',
    'no-known-procedures': 'none-known',
    'no-known-devices': 'none-known',
    'no-allergy-info': 'not-received',
    'no-problem-info': 'not-received',
    'no-medication-info': 'not-received',
    'no-immunization-info': 'not-received',
    'no-procedure-info': 'not-received',
    'no-device-info': 'not-received',
  },
}

/** What a coded entry says about its whole list, if it is no entry at all. */
export function absenceByCode(codings: Coding[]): Absence | undefined {
  for (const { system, code } of codings) {
    const absence = lookUp(lookUp(NONE, system) ?? {}, code)
    if (absence !== undefined) return absence
  }
  return undefined
}

/** FHIR's data-absent-reason: only `not-asked` says that nobody asked; all others say that nothing may be concluded. */
export function absenceByReason(reason: string): Absence {
  return reason === 'not-asked' ? 'not-asked' : 'not-received'
}

/** emptyReason of a List or of a Composition's section. */
export function absenceByEmptyReason(codings: Coding[]): Absence {
  const code = codings.find((coding) => coding.system === EMPTY || coding.system === '')?.code
  if (code === 'nilknown') return 'none-known'
  return code === 'notasked' || code === 'notstarted' ? 'not-asked' : 'not-received'
}

/** Which of our lists a List or a section of a Composition speaks of, by its LOINC code. */
export const SECTION_BY_LOINC: { [loinc: string]: SectionName } = {
  '48765-2': 'allergies',
  '52472-8': 'allergies',
  '10160-0': 'medications',
  '29549-3': 'medications',
  '11450-4': 'problems',
  '11369-6': 'immunizations',
  '47519-4': 'procedures',
  '30954-2': 'results',
  '8716-3': 'vitals',
  '104605-1': 'alerts',
  '48768-6': 'coverage',
}
