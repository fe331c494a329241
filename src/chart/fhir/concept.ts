import type { CodeableConcept, Coding } from '../chart.ts'
import { extensionIn, isObject, type Json, lookUp, objectIn, objectsIn, textIn } from './json.ts'

export const SNOMED = 'http://snomed.info/sct'
const LOINC = 'http://loinc.org'
const DATA_ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason'
const DATA_ABSENT_EXTENSION = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'

const SYSTEM_NAMES: { [system: string]: string } = {
  [SNOMED]: 'SNOMED CT',
  [LOINC]: 'LOINC',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://hl7.org/fhir/sid/icd-10': 'ICD-10',
  'http://hl7.org/fhir/sid/icd-9-cm': 'ICD-9-CM',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
  'http://www.ama-assn.org/go/cpt': 'CPT',
  'http://www.whocc.no/atc': 'ATC',
}

/** A FHIR CodeableConcept in words: its text, else the first display, else the code with the name of its system; undefined if it says nothing. */
export function conceptOf(concept: Json | undefined): CodeableConcept | undefined {
  if (concept === undefined) return undefined
  const codings = codingsOf(concept)
  const said = codings.filter((coding) => coding.system !== DATA_ABSENT)
  const text = textIn(concept, 'text') ?? said.find((coding) => coding.display !== undefined)?.display
  const first = said[0]
  const words = text ?? (first === undefined ? undefined : `${nameOfSystem(first.system)} ${first.code}`.trim())
  return words === undefined ? undefined : { text: words, codings: said }
}

export function codingsOf(concept: Json | undefined): Coding[] {
  return objectsIn(concept, 'coding').flatMap((coding) => {
    const code = textIn(coding, 'code')
    const display = textIn(coding, 'display')
    if (code === undefined && display === undefined) return []
    return [{ system: textIn(coding, 'system') ?? '', code: code ?? '', ...(display === undefined ? {} : { display }) }]
  })
}

/** The codes of a list of concepts, whatever their systems; for statuses and categories, whose words do not collide. */
export function codesIn(holder: unknown, field: string): string[] {
  return objectsIn(holder, field).flatMap((concept) => codingsOf(concept).map((coding) => coding.code))
}

/** Why a concept is empty (`unknown`, `not-asked`, ...), said as a code or by FHIR's data-absent-reason extension. */
export function absentReason(holder: Json, field: string): string | undefined {
  const concept = objectIn(holder, field)
  const coded = objectsIn(concept, 'coding').find((coding) => coding.system === DATA_ABSENT)
  const marked = extensionIn(concept, DATA_ABSENT_EXTENSION) ?? extensionIn(holder[`_${field}`], DATA_ABSENT_EXTENSION)
  return textIn(coded, 'code') ?? textIn(marked, 'valueCode')
}

export function hasCode(codings: Coding[], system: string, codes: ReadonlySet<string>): boolean {
  return codings.some((coding) => coding.system === system && codes.has(coding.code))
}

function nameOfSystem(system: string): string {
  return lookUp(SYSTEM_NAMES, system) ?? ''
}

/** A Quantity as it is read aloud: "98.6 degF", "< 0.5 mg/dL". */
export function quantityInWords(quantity: Json | undefined): string | undefined {
  const parts = quantityParts(quantity)
  return parts === undefined ? undefined : [parts.value, parts.unit].filter((part) => part !== undefined).join(' ')
}

export function quantityParts(quantity: Json | undefined): { value: string; unit: string | undefined } | undefined {
  if (!isObject(quantity) || typeof quantity.value !== 'number') return undefined
  const comparator = textIn(quantity, 'comparator')
  const value = shortNumber(quantity.value)
  return {
    value: comparator === undefined ? value : `${comparator} ${value}`,
    unit: unitInWords(textIn(quantity, 'unit') ?? textIn(quantity, 'code')),
  }
}

/** Converted values come with a dozen decimals (176.35499866729558 cm): five significant digits are more than any device has. */
function shortNumber(value: number): string {
  const text = String(value)
  return text.replace(/^-?0?\.?0*/, '').replace('.', '').length > 7 ? String(Number(value.toPrecision(5))) : text
}

/** UCUM's bracketed units are not for reading: `mm[Hg]` is mmHg, `[degF]` degF, `1` nothing; annotations in braces keep their words. */
function unitInWords(unit: string | undefined): string | undefined {
  if (unit === undefined || unit === '1') return undefined
  const words = unit.replaceAll(/[[\]{}]/g, '').replaceAll('_', ' ')
  return words === '' ? undefined : words
}
