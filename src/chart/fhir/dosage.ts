import { conceptOf, quantityInWords } from './concept.ts'
import { type Json, lookUp, numberIn, objectIn, objectsIn, textIn, textsIn } from './json.ts'

const UNITS: { [code: string]: string } = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
}

/** FHIR Dosage as one line that can be read aloud; the source's own text first. Undefined when it says nothing. */
export function dosageInWords(dosages: Json[]): string | undefined {
  const ordered = dosages.toSorted((a, b) => (numberIn(a, 'sequence') ?? 0) - (numberIn(b, 'sequence') ?? 0))
  const lines = ordered.flatMap((dosage) => lineOf(dosage) ?? [])
  return lines.length === 0 ? undefined : lines.join('; then ')
}

function lineOf(dosage: Json): string | undefined {
  const text = textIn(dosage, 'text') ?? textIn(dosage, 'patientInstruction')
  if (text !== undefined) return text
  const rate = objectsIn(dosage, 'doseAndRate')[0]
  const parts = [
    quantityInWords(objectIn(rate, 'doseQuantity')) ?? rangeInWords(objectIn(rate, 'doseRange')),
    conceptOf(objectIn(dosage, 'route'))?.text,
    timingInWords(objectIn(dosage, 'timing')),
    asNeeded(dosage),
    ...objectsIn(dosage, 'additionalInstruction').map((concept) => conceptOf(concept)?.text),
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(', ')
}

function asNeeded(dosage: Json): string | undefined {
  const reason = conceptOf(objectIn(dosage, 'asNeededCodeableConcept'))?.text
  if (reason !== undefined) return `as needed for ${reason}`
  return dosage.asNeededBoolean === true ? 'as needed' : undefined
}

function rangeInWords(range: Json | undefined): string | undefined {
  const low = quantityInWords(objectIn(range, 'low'))
  const high = quantityInWords(objectIn(range, 'high'))
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  return low ?? (high === undefined ? undefined : `up to ${high}`)
}

function timingInWords(timing: Json | undefined): string | undefined {
  const words = conceptOf(objectIn(timing, 'code'))?.text
  if (words !== undefined) return words
  const repeat = objectIn(timing, 'repeat')
  const frequency = numberIn(repeat, 'frequency') ?? 1
  const period = numberIn(repeat, 'period')
  const unit = lookUp(UNITS, textIn(repeat, 'periodUnit'))
  const when = textsIn(repeat, 'when').join(', ')
  if (period === undefined || unit === undefined) return when === '' ? undefined : when
  const most = numberIn(repeat, 'frequencyMax')
  const times = most === undefined ? String(frequency) : `${frequency} to ${most}`
  const often = times === '1' ? 'once' : times === '2' ? 'twice' : `${times} times`
  const every = period === 1 ? `${often} a ${unit}` : `${often} every ${period} ${unit}s`
  return when === '' ? every : `${every} (${when})`
}
