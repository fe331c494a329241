import type { Absence } from '../absence.ts'
import type { Coding, SectionName } from '../chart.ts'

export { absenceOf } from '../absence.ts'

const EMPTY = 'http://terminology.hl7.org/CodeSystem/list-empty-reason'

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
