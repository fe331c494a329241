import { conceptOf, quantityInWords, rangeInWords, ratioInWords } from './concept.ts'
import { isObject, type Json, lenientNumberIn, objectIn, objectsIn, saidIn, textIn, yesIn } from './json.ts'
import { type Finder, PartReader } from './part-reader.ts'
import { timingInWords } from './timing.ts'

/** Said where something of the directions was not understood: a dose that lacks a condition is worse than none. */
const REST = '(see the EHR for the rest)'
const NONE_READ = '(see the EHR for the directions)'

/**
 * FHIR Dosage as one line that can be read aloud; the source's own text first. What has no text is put together from its parts, and whatever is not
 * understood among them is said to be missing. Undefined when it says nothing.
 */
export function dosageInWords(sent: unknown[]): string | undefined {
  const lines = sent
    .flatMap((dosage) => {
      if (typeof dosage === 'string') return dosage.trim() === '' ? [] : [{ line: dosage.trim(), step: undefined }]
      if (!isObject(dosage))
        return dosage === undefined || dosage === null ? [] : [{ line: NONE_READ, step: undefined }]
      const line = lineOf(dosage)
      return line === undefined ? [] : [{ line, step: lenientNumberIn(dosage, 'sequence') }]
    })
    .toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0))
  return lines.length === 0
    ? undefined
    : lines.map(({ line, step }, at) => `${at === 0 ? '' : joint(lines[at - 1]?.step, step)}${line}`).join('')
}

/** FHIR: equal numbers are taken at the same time, others one after the other; without numbers nothing is said of it. */
function joint(before: number | undefined, step: number | undefined): string {
  if (before === undefined || step === undefined) return '; also '
  return before === step ? '; and ' : '; then '
}

/** The parts of a Dosage (R4, with R5's and STU3's names for some) in the order in which they are read aloud. */
const PARTS: Finder[] = [
  { fields: ['doseAndRate'], words: dosesInWords },
  { fields: ['doseQuantity', 'doseRange', 'doseSimpleQuantity'], words: doseInWords },
  { fields: ['rateQuantity', 'rateRange', 'rateRatio', 'rateSimpleQuantity'], words: rateInWords },
  { fields: ['method'], words: (dosage) => conceptOf(objectIn(dosage, 'method'))?.text },
  { fields: ['route'], words: (dosage) => conceptOf(objectIn(dosage, 'route'))?.text },
  { fields: ['site', 'siteCodeableConcept'], words: siteInWords },
  { fields: ['timing'], words: (dosage) => timingInWords(objectIn(dosage, 'timing'), REST) },
  { fields: ['asNeededBoolean', 'asNeeded', 'asNeededCodeableConcept', 'asNeededFor'], words: asNeeded },
  { fields: ['additionalInstruction', 'additionalInstructions'], words: additional },
  { fields: ['patientInstruction'], words: (dosage) => textIn(dosage, 'patientInstruction') },
  { fields: ['maxDosePerPeriod'], words: (dosage) => most(objectsIn(dosage, 'maxDosePerPeriod').map(perPeriod), '') },
  { fields: ['maxDosePerAdministration'], words: (dosage) => mostOf(dosage, 'maxDosePerAdministration', 'at once') },
  { fields: ['maxDosePerLifetime'], words: (dosage) => mostOf(dosage, 'maxDosePerLifetime', 'in a lifetime') },
]

function lineOf(dosage: Json): string | undefined {
  const text = textIn(dosage, 'text')
  if (text !== undefined) return objectsIn(dosage, 'modifierExtension').length > 0 ? `${text} ${REST}` : text
  const reading = new PartReader(dosage, ['sequence', 'text'])
  const parts = reading.all(PARTS)
  if (parts.length === 0) return reading.hasUnread ? NONE_READ : undefined
  const line = parts.join(', ')
  return reading.hasUnread && !line.includes(REST) ? `${line} ${REST}` : line
}

/** Several doses are of several kinds (ordered, calculated): each is said with its kind. */
function dosesInWords(dosage: Json): string | undefined {
  const doses = objectsIn(dosage, 'doseAndRate')
  const words = doses.map((dose) => {
    const parts = new PartReader(dose, ['type']).whole([
      { fields: ['doseQuantity', 'doseRange'], words: doseInWords },
      { fields: ['rateQuantity', 'rateRange', 'rateRatio'], words: rateInWords },
    ])
    const kind = doses.length > 1 ? conceptOf(objectIn(dose, 'type'))?.text : undefined
    return parts === undefined ? undefined : kind === undefined ? parts : `${parts} (${kind})`
  })
  return words.some((word) => word === undefined) ? undefined : words.join(' or ')
}

function doseInWords(dose: Json): string | undefined {
  return (
    quantityInWords(objectIn(dose, 'doseQuantity') ?? objectIn(dose, 'doseSimpleQuantity')) ??
    rangeInWords(objectIn(dose, 'doseRange'))
  )
}

function rateInWords(dose: Json): string | undefined {
  const ratio = objectIn(dose, 'rateRatio')
  const rate =
    quantityInWords(objectIn(dose, 'rateQuantity') ?? objectIn(dose, 'rateSimpleQuantity')) ??
    rangeInWords(objectIn(dose, 'rateRange')) ??
    (ratio === undefined ? undefined : ratioInWords(ratio)?.replace(' : ', ' per '))
  return rate === undefined ? undefined : `at ${rate}`
}

function siteInWords(dosage: Json): string | undefined {
  return conceptOf(objectIn(dosage, 'site') ?? objectIn(dosage, 'siteCodeableConcept'))?.text
}

function asNeeded(dosage: Json): string | undefined {
  const reasons = [...objectsIn(dosage, 'asNeededCodeableConcept'), ...objectsIn(dosage, 'asNeededFor')]
  const words = reasons.map((reason) => conceptOf(reason)?.text)
  if (words.some((word) => word === undefined)) return undefined
  if (words.length > 0) return `as needed for ${words.join(' or ')}`
  const yes = yesIn(dosage, 'asNeededBoolean') ?? yesIn(dosage, 'asNeeded')
  return yes === undefined ? undefined : yes ? 'as needed' : ''
}

function additional(dosage: Json): string | undefined {
  const concepts = [...objectsIn(dosage, 'additionalInstruction'), ...objectsIn(dosage, 'additionalInstructions')]
  const words = concepts.map((concept) => conceptOf(concept)?.text)
  if (words.length > 0) return words.some((word) => word === undefined) ? undefined : words.join(', ')
  return saidIn(dosage, 'additionalInstruction') ?? saidIn(dosage, 'additionalInstructions')
}

function perPeriod(ratio: Json): string | undefined {
  return ratioInWords(ratio)
    ?.replace(' : ', ' per ')
    .replace(/ per 1 /, ' per ')
}

function mostOf(dosage: Json, field: string, words: string): string | undefined {
  return most([quantityInWords(objectIn(dosage, field))], ` ${words}`)
}

function most(amounts: (string | undefined)[], words: string): string | undefined {
  if (amounts.length === 0 || amounts.some((amount) => amount === undefined)) return undefined
  return `at most ${amounts.join(' and ')}${words}`
}
