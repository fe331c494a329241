import type { Observation, SectionName } from '../chart.ts'
import { codesIn, conceptOf, quantityInWords, quantityParts } from './concept.ts'
import { type Json, lookUp, numberIn, objectIn, objectsIn, textIn, yesIn } from './json.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { patientIn } from './reference.ts'
import { dateOf, instantOf } from './when.ts'

const STATUS: { [status: string]: Observation['status'] } = {
  registered: 'preliminary',
  preliminary: 'preliminary',
  final: 'final',
  amended: 'corrected',
  corrected: 'corrected',
}
const OVER = new Set(['entered-in-error', 'cancelled'])
/** v3-ObservationInterpretation. A HU or LU is a significant, not yet a critical one. */
const FLAGS: { [code: string]: NonNullable<Observation['flag']> } = {
  L: 'low',
  LU: 'low',
  LL: 'critical-low',
  '<': 'critical-low',
  H: 'high',
  HU: 'high',
  HH: 'critical-high',
  '>': 'critical-high',
  A: 'abnormal',
  AA: 'abnormal',
  POS: 'abnormal',
  R: 'abnormal',
}

/** Vital signs and laboratory results; other observations (surveys, social history) have no place in a chart. */
export function mapObservation(resource: Json, entryId: string, context: FhirContext): Mapped {
  const section = sectionOf(resource)
  if (section === undefined) return { type: 'not-used' }
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const given = textIn(resource, 'status') ?? ''
  if (OVER.has(given)) {
    return { type: 'left-out', patientId, sections: [section], entryId, because: `its status is ${given}` }
  }
  // `unknown` is a status of FHIR: the value counts, but nobody vouches for it.
  const status = given === 'unknown' ? 'preliminary' : lookUp(STATUS, given)
  if (status === undefined) return setAside('its status is missing or none that FHIR has')
  const code = conceptOf(objectIn(resource, 'code'))
  if (code === undefined) return setAside('it does not say what was observed')
  const measured = valueOf(resource, context)
  if (measured === undefined) {
    const absent = conceptOf(objectIn(resource, 'dataAbsentReason'))?.text
    // A panel's head (hasMember) or an order without a value has nothing to read; one that says why it has none does.
    if (absent === undefined) {
      return { type: 'left-out', patientId, sections: [section], entryId, because: 'it holds no value' }
    }
  }
  const value = measured ?? { value: 'not available' }
  return {
    type: 'entry',
    patientId,
    section,
    entry: { id: entryId, code, status, ...value, ...more(resource, context, section) },
  }
}

function sectionOf(resource: Json): Extract<SectionName, 'vitals' | 'results'> | undefined {
  const categories = codesIn(resource, 'category')
  if (categories.includes('vital-signs')) return 'vitals'
  return categories.includes('laboratory') || categories.includes('LAB') ? 'results' : undefined
}

type Measured = { value: string; unit?: string }

function valueOf(holder: Json, context: FhirContext): Measured | undefined {
  const components = objectsIn(holder, 'component')
  const own = ownValue(holder, context)
  if (own !== undefined || components.length === 0) return own
  const pressure = bloodPressure(components)
  if (pressure !== undefined) return pressure
  const parts = components.flatMap((component) => {
    const name = conceptOf(objectIn(component, 'code'))?.text
    const part = ownValue(component, context)
    if (name === undefined || part === undefined) return []
    return [`${name} ${part.value}${part.unit === undefined ? '' : ` ${part.unit}`}`]
  })
  return parts.length === 0 ? undefined : { value: parts.join('; ') }
}

function ownValue(holder: Json, context: FhirContext): Measured | undefined {
  const quantity = quantityParts(objectIn(holder, 'valueQuantity'))
  if (quantity !== undefined) {
    return { value: quantity.value, ...(quantity.unit === undefined ? {} : { unit: quantity.unit }) }
  }
  const whole = numberIn(holder, 'valueInteger')
  const yes = yesIn(holder, 'valueBoolean')
  const text =
    conceptOf(objectIn(holder, 'valueCodeableConcept'))?.text ??
    textIn(holder, 'valueString') ??
    (whole === undefined ? undefined : String(whole)) ??
    (yes === undefined ? undefined : yes ? 'yes' : 'no') ??
    rangeInWords(objectIn(holder, 'valueRange')) ??
    ratioInWords(objectIn(holder, 'valueRatio')) ??
    dateOf(textIn(holder, 'valueDateTime'), context.zone) ??
    textIn(holder, 'valueTime')
  return text === undefined ? undefined : { value: text }
}

const SYSTOLIC = '8480-6'
const DIASTOLIC = '8462-4'

/** 120/80 as everybody says it; a missing half shows as "?". */
function bloodPressure(components: Json[]): Measured | undefined {
  const part = (loinc: string): { value: string; unit: string | undefined } | undefined =>
    quantityParts(
      objectIn(
        components.find((component) => codesIn({ code: [component.code] }, 'code').includes(loinc)),
        'valueQuantity',
      ),
    )
  const systolic = part(SYSTOLIC)
  const diastolic = part(DIASTOLIC)
  if (systolic === undefined && diastolic === undefined) return undefined
  const unit = systolic?.unit ?? diastolic?.unit
  const value = `${systolic?.value ?? '?'}/${diastolic?.value ?? '?'}`
  return { value, ...(unit === undefined ? {} : { unit }) }
}

function more(
  resource: Json,
  context: FhirContext,
  section: 'vitals' | 'results',
): Pick<Observation, 'at' | 'panel' | 'referenceRange' | 'flag'> {
  const said =
    textIn(resource, 'effectiveDateTime') ??
    textIn(resource, 'effectiveInstant') ??
    textIn(objectIn(resource, 'effectivePeriod'), 'start') ??
    textIn(resource, 'issued')
  const day = dateOf(said, context.zone)
  const range = objectsIn(resource, 'referenceRange')[0]
  const words = textIn(range, 'text') ?? rangeInWords(range)
  const flag = codesIn(resource, 'interpretation')
    .map((code) => lookUp(FLAGS, code))
    .find((found) => found !== undefined)
  const at = instantOf(said, context.zone)
  const panel = panelOf(section, at === undefined, day)
  return {
    at,
    ...(panel === undefined ? {} : { panel }),
    ...(words === undefined ? {} : { referenceRange: words }),
    ...(flag === undefined ? {} : { flag }),
  }
}

/** Vitals of one day are read together; an observation dated only by month or year shows that date in place of an instant. */
function panelOf(section: 'vitals' | 'results', partial: boolean, day: string | undefined): string | undefined {
  if (day === undefined) return undefined
  if (section === 'vitals') return `vitals ${day}`
  return partial ? `dated ${day}` : undefined
}

function rangeInWords(range: Json | undefined): string | undefined {
  const low = quantityInWords(objectIn(range, 'low'))
  const high = quantityInWords(objectIn(range, 'high'))
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  if (low !== undefined) return `${low} or more`
  return high === undefined ? undefined : `up to ${high}`
}

function ratioInWords(ratio: Json | undefined): string | undefined {
  const above = quantityInWords(objectIn(ratio, 'numerator'))
  const below = quantityInWords(objectIn(ratio, 'denominator'))
  return above === undefined || below === undefined ? undefined : `${above} : ${below}`
}
