import { codesIn, conceptOf, quantityParts, rangeInWords, ratioInWords } from './concept.ts'
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
  yesIn,
} from './json.ts'
import type { FhirContext } from './mapped.ts'
import { dateOf } from './when.ts'

export type Measured = { value: string; unit?: string }

const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'
/** Stands for a part of a value that was sent and cannot be read. */
const UNREAD = 'cannot be read here (see the EHR)'
const MOST_SAMPLES = 200

/** What an Observation says was measured. `nothing`: it says no value at all; `unread`: one was sent, and nothing of it can be read. */
export function valueOf(holder: Json, context: FhirContext): Measured | 'nothing' | 'unread' {
  const components = objectsIn(holder, 'component')
  const own = ownValue(holder, context)
  if (components.length === 0) return own
  const parts = componentsInWords(components, context)
  if (own === 'nothing' || !hasValue(holder)) return parts ?? own
  const words = own === 'unread' ? UNREAD : inWords(own)
  return parts === undefined ? own : { value: `${words}; ${inWords(parts)}` }
}

function inWords({ value, unit }: Measured): string {
  return unit === undefined ? value : `${value} ${unit}`
}

/** The value[x] of an Observation or of a component, in any of FHIR's types; what was sent with the wrong type is kept as it was said. */
function ownValue(holder: Json, context: FhirContext): Measured | 'nothing' | 'unread' {
  const fields = valuesIn(holder)
  if (fields.length === 0) return reasonIn(holder) ?? 'nothing'
  for (const field of fields) {
    const measured = measuredIn(holder, field, context)
    if (measured !== undefined) return measured
  }
  return 'unread'
}

function valuesIn(holder: Json): string[] {
  return Object.keys(holder).filter((field) => /^value([A-Z]|$)/.test(field) && isSaid(holder[field]))
}

function hasValue(holder: Json): boolean {
  return valuesIn(holder).length > 0
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function measuredIn(holder: Json, field: string, context: FhirContext): Measured | undefined {
  if (!isObject(holder[field])) {
    const text = field === 'valueDateTime' ? dateOf(textIn(holder, field), context.zone) : undefined
    const yes = field === 'valueBoolean' ? yesIn(holder, field) : undefined
    const said = text ?? (yes === undefined ? saidIn(holder, field) : yes ? 'yes' : 'no')
    return said === undefined ? undefined : { value: said }
  }
  const value = objectIn(holder, field)
  if (field === 'valueQuantity') {
    const parts = quantityParts(value)
    if (parts === undefined) return reasonIn(value)
    return { value: parts.value, ...(parts.unit === undefined ? {} : { unit: parts.unit }) }
  }
  const words = lookUp(TYPES, field)?.(value, context)
  return words === undefined ? reasonIn(value) : { value: words }
}

const TYPES: { [field: string]: (value: Json | undefined, context: FhirContext) => string | undefined } = {
  valueCodeableConcept: (concept) => conceptOf(concept)?.text,
  valueRange: rangeInWords,
  valueRatio: ratioInWords,
  valuePeriod: periodInWords,
  valueSampledData: samplesInWords,
}

/** Why there is no value, as the source says it, or by FHIR's extension on an empty one. */
function reasonIn(holder: Json | undefined): Measured | undefined {
  if (holder === undefined) return undefined
  const given = objectIn(holder, 'dataAbsentReason')
  const marked = Object.keys(holder)
    .filter((field) => /^_value([A-Z]|$)/.test(field))
    .map((field) => extensionIn(holder[field], DATA_ABSENT))
  const extension = extensionIn(holder, DATA_ABSENT) ?? marked.find((found) => found !== undefined)
  const coded = objectsIn(given, 'coding')[0]
  const text =
    textIn(given, 'text') ?? textIn(coded, 'display') ?? textIn(coded, 'code') ?? textIn(extension, 'valueCode')
  if (text !== undefined) return { value: `not available (${text})` }
  return isSaid(holder.dataAbsentReason) || extension !== undefined ? { value: 'not available' } : undefined
}

function periodInWords(period: Json | undefined, { zone }: FhirContext): string | undefined {
  const [start, end] = ['start', 'end'].map((bound) => dateOf(textIn(period, bound), zone) ?? textIn(period, bound))
  if (start === undefined) return end === undefined ? undefined : `until ${end}`
  return end === undefined ? `from ${start}` : `${start} to ${end}`
}

function samplesInWords(samples: Json | undefined): string | undefined {
  const values = textIn(samples, 'data')
  if (values === undefined) return undefined
  const unit = quantityParts({ value: 0, ...objectIn(samples, 'origin') })?.unit
  const factor = numberText(samples?.factor)
  const scale = factor === undefined || factor === '1' ? '' : `, times ${factor}`
  const shown = values.length > MOST_SAMPLES ? `${values.slice(0, MOST_SAMPLES)} ... (the rest is in the EHR)` : values
  return `series: ${shown}${scale}${unit === undefined ? '' : ` ${unit}`}`
}

function componentsInWords(components: Json[], context: FhirContext): Measured | undefined {
  const pressure = bloodPressure(components)
  const others = pressure === undefined ? components : components.filter((one) => !isPressure(one))
  const parts = others.flatMap((component) => {
    const measured = ownValue(component, context)
    const name = conceptOf(objectIn(component, 'code'))?.text
    if (measured === 'nothing') return name === undefined ? [] : [`${name}: no value`]
    const flag = conceptOf(objectsIn(component, 'interpretation')[0])?.text
    const words = measured === 'unread' ? UNREAD : inWords(measured)
    return [`${name ?? 'part without a name'} ${words}${flag === undefined ? '' : ` (${flag})`}`]
  })
  if (pressure === undefined) return parts.length === 0 ? undefined : { value: parts.join('; ') }
  return parts.length === 0 ? pressure : { value: [inWords(pressure), ...parts].join('; ') }
}

const SYSTOLIC = '8480-6'
const DIASTOLIC = '8462-4'

function isPressure(component: Json): boolean {
  const codes = codesIn({ code: [component.code] }, 'code')
  return codes.includes(SYSTOLIC) || codes.includes(DIASTOLIC)
}

/** 120/80 as everybody says it; a missing half shows as "?". Two units, or a half said twice, are no pair. */
function bloodPressure(components: Json[]): Measured | undefined {
  const halves = [SYSTOLIC, DIASTOLIC].map((loinc) =>
    components.filter((component) => codesIn({ code: [component.code] }, 'code').includes(loinc)),
  )
  if (halves.some((found) => found.length > 1) || halves.every((found) => found.length === 0)) return undefined
  const [systolic, diastolic] = halves.map(([component]) => quantityParts(objectIn(component, 'valueQuantity')))
  if (systolic === undefined && diastolic === undefined) return undefined
  const unit = systolic?.unit ?? diastolic?.unit
  if (systolic !== undefined && diastolic !== undefined && systolic.unit !== diastolic.unit) return undefined
  const whole = unit === undefined || /^mm ?hg$/i.test(unit)
  const [above, below] = [systolic, diastolic].map((half) => (whole ? wholeNumber(half?.value) : half?.value))
  return { value: `${above ?? '?'}/${below ?? '?'}`, ...(unit === undefined ? {} : { unit }) }
}

/** A pressure that was converted or computed comes with decimals that no cuff has; it is read aloud in whole mmHg. */
function wholeNumber(value: string | undefined): string | undefined {
  return value !== undefined && /^\d+\.\d+$/.test(value) ? String(Math.round(Number(value))) : value
}

/**
 * A vital sign as it is read aloud: converted values come with a dozen decimals (176.35499866729558 cm), and two are more than any scale or
 * thermometer has. Small numbers, and every laboratory result, stay as they were sent.
 */
export function readable({ value, unit }: Measured): Measured {
  const shown = /^\d{2,}\.\d{3,}$/.test(value)
    ? Number(value)
        .toFixed(2)
        .replace(/\.?0+$/, '')
    : value
  return unit === undefined ? { value: shown } : { value: shown, unit }
}
