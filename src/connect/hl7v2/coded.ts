import type { CodeableConcept, Coding } from '../../chart/chart.ts'
import { foldName } from '../../chart/name.ts'
import type { Field } from './message.ts'

/** HL7 table 0396 as the addresses that FHIR uses. */
const SYSTEMS: { [name: string]: string } = {
  LN: 'http://loinc.org',
  SCT: 'http://snomed.info/sct',
  SNM: 'http://snomed.info/sct',
  SNOMED: 'http://snomed.info/sct',
  I10: 'http://hl7.org/fhir/sid/icd-10-cm',
  I10C: 'http://hl7.org/fhir/sid/icd-10-cm',
  ICD10: 'http://hl7.org/fhir/sid/icd-10-cm',
  'ICD-10': 'http://hl7.org/fhir/sid/icd-10-cm',
  ICD10CM: 'http://hl7.org/fhir/sid/icd-10-cm',
  I9: 'http://hl7.org/fhir/sid/icd-9-cm',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  NDC: 'http://hl7.org/fhir/sid/ndc',
  CVX: 'http://hl7.org/fhir/sid/cvx',
  C4: 'http://www.ama-assn.org/go/cpt',
  CPT: 'http://www.ama-assn.org/go/cpt',
  UNII: 'http://fdasis.nlm.nih.gov',
}

/** A coded field (CE, CWE, CNE) as words and codes; undefined when it says nothing. `words` are what the segment says elsewhere in words. */
export function conceptOf(field: Field | undefined, words = ''): CodeableConcept | undefined {
  const part = (component: number): string => field?.get(component) ?? ''
  const text = [part(2), part(9), words, part(5), part(1), part(4)].find((said) => said !== '')
  if (text === undefined) return undefined
  const codings = [codingOf(part(1), part(2), part(3)), codingOf(part(4), part(5), part(6))]
  return { text, codings: codings.filter((coding) => coding !== undefined) }
}

function codingOf(code: string, display: string, system: string): Coding | undefined {
  if (code === '' || system === '') return undefined
  return { system: SYSTEMS[system.toUpperCase()] ?? system, code, ...(display === '' ? {} : { display }) }
}

/** What tells one entry of a list from another: its code where it has one, else its words. */
export function keyOf(concept: CodeableConcept): string {
  const [coding] = concept.codings
  return coding === undefined ? foldName(concept.text).slice(0, 120) : `${coding.code}@${shortSystem(coding.system)}`
}

/** In these a code is one substance or disorder. Others, ICD among them, have codes for "other" and "unspecified", and a sender's own may be for free text. */
const EXACT = new Set(['SCT', 'RXNORM', 'UNII', 'NDC'].map((name) => SYSTEMS[name]))

/** The same for lists whose entries have no number: under a code that may stand for several things the words say which. */
export function listKeyOf(concept: CodeableConcept): string {
  const [coding] = concept.codings
  const words = foldName(concept.text).slice(0, 120)
  if (coding === undefined || EXACT.has(coding.system) || words === '' || words === foldName(coding.code))
    return keyOf(concept)
  return `${keyOf(concept)}~${words}`
}

function shortSystem(system: string): string {
  return system.slice(system.lastIndexOf('/') + 1)
}

export function codesOf(concept: CodeableConcept, system: string): string[] {
  return concept.codings.filter((coding) => coding.system === system).map(({ code }) => code)
}
