import type { CodeableConcept, Coding } from '../chart.ts'
import {
  extensionIn,
  isObject,
  type Json,
  lookUp,
  numberText,
  objectIn,
  objectsIn,
  saidIn,
  textIn,
  textsIn,
} from './json.ts'

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

/** HL7 v3 and CDA name the same code systems by OID, and people name SNOMED CT with its edition or by https. */
const SYSTEM_OIDS: { [oid: string]: string } = {
  '2.16.840.1.113883.6.96': SNOMED,
  '2.16.840.1.113883.6.1': LOINC,
  '2.16.840.1.113883.6.88': 'http://www.nlm.nih.gov/research/umls/rxnorm',
  '2.16.840.1.113883.6.90': 'http://hl7.org/fhir/sid/icd-10-cm',
  '2.16.840.1.113883.6.103': 'http://hl7.org/fhir/sid/icd-9-cm',
  '2.16.840.1.113883.12.292': 'http://hl7.org/fhir/sid/cvx',
  '2.16.840.1.113883.6.69': 'http://hl7.org/fhir/sid/ndc',
  '2.16.840.1.113883.6.12': 'http://www.ama-assn.org/go/cpt',
}

/** A code system's address as FHIR writes it. */
function systemOf(coding: Json): string {
  const said = textIn(coding, 'system') ?? ''
  const oid = said.replace(/^urn:oid:/i, '')
  const plain = said.replace(/^https:\/\/(snomed\.info|loinc\.org)/i, 'http://$1').replace(/\/$/, '')
  return lookUp(SYSTEM_OIDS, oid) ?? (/^http:\/\/snomed\.info\/sct(\/|$)/i.test(plain) ? SNOMED : plain)
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
    const code = saidIn(coding, 'code')
    const display = textIn(coding, 'display')
    if (code === undefined && display === undefined) return []
    return [{ system: systemOf(coding), code: code ?? '', ...(display === undefined ? {} : { display }) }]
  })
}

/**
 * The codes of a list of concepts, whatever their systems; for statuses and categories, whose words do not collide. Older versions of FHIR
 * send a plain code in place of the concept.
 */
export function codesIn(holder: unknown, field: string): string[] {
  const coded = objectsIn(holder, field).flatMap((concept) => codingsOf(concept).map((coding) => coding.code))
  return [...coded, ...textsIn(holder, field)]
}

/** The same, as words that can be compared: small letters, a hyphen between two; what has no code is taken by its text. */
export function statusWordsIn(holder: unknown, field: string): string[] {
  const texts = objectsIn(holder, field).flatMap((concept) =>
    codingsOf(concept).some(({ code }) => code !== '') ? [] : (conceptOf(concept)?.text ?? []),
  )
  return [...codesIn(holder, field), ...texts].map(statusWord).filter((word) => word !== '')
}

export function statusWord(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '-')
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

/** With every digit that was sent. A value that was sent as a text is kept as it was said. */
export function quantityParts(quantity: Json | undefined): { value: string; unit: string | undefined } | undefined {
  if (!isObject(quantity)) return undefined
  const value = numberText(quantity.value) ?? textIn(quantity, 'value')
  if (value === undefined) return undefined
  const comparator = textIn(quantity, 'comparator')
  return {
    value: comparator === undefined ? value : `${comparator} ${value}`,
    unit: unitInWords(textIn(quantity, 'unit') ?? textIn(quantity, 'code')),
  }
}

/** A Range in words. A side that was sent and cannot be read shows as "?": the other side alone would say something else. */
export function rangeInWords(range: Json | undefined): string | undefined {
  const low = sideOf(range, 'low')
  const high = sideOf(range, 'high')
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  if (low !== undefined) return `${low} or more`
  return high === undefined ? undefined : `up to ${high}`
}

export function ratioInWords(ratio: Json | undefined): string | undefined {
  const above = sideOf(ratio, 'numerator')
  const below = sideOf(ratio, 'denominator')
  return above === undefined && below === undefined ? undefined : `${above ?? '?'} : ${below ?? '?'}`
}

function sideOf(holder: Json | undefined, field: string): string | undefined {
  const side = holder?.[field]
  if (side === undefined || side === null) return undefined
  return quantityInWords(objectIn(holder, field)) ?? saidIn(holder, field) ?? '?'
}

/** UCUM's bracketed units are not for reading: `mm[Hg]` is mmHg, `[degF]` degF, `1` nothing; annotations in braces keep their words. */
function unitInWords(unit: string | undefined): string | undefined {
  if (unit === undefined || unit === '1') return undefined
  const words = unit.replaceAll(/[[\]{}]/g, '').replaceAll('_', ' ')
  return words === '' ? undefined : words
}
