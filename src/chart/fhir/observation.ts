import type { Observation } from '../chart.ts'
import { interpretationIn } from '../interpretation.ts'
import { observationList } from './category.ts'
import { codingsOf, conceptOf, rangeInWords, statusWord } from './concept.ts'
import { type Json, lookUp, objectIn, objectsIn, textIn, textsIn } from './json.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { readable, valueOf } from './observation-value.ts'
import { patientIn } from './reference.ts'
import { withSite } from './site.ts'
import { dateOf, instantOf } from './when.ts'

const STATUS: { [status: string]: Observation['status'] } = {
  registered: 'preliminary',
  preliminary: 'preliminary',
  final: 'final',
  amended: 'corrected',
  corrected: 'corrected',
}
const OVER = new Set(['entered-in-error', 'cancelled'])
/** Vital signs and laboratory results; other observations (surveys, social history) have no place in a chart. */
export function mapObservation(resource: Json, entryId: string, context: FhirContext): Mapped {
  const section = observationList(resource)
  if (section === 'none') return { type: 'not-used' }
  if (section === 'unknown') return setAside('its category is missing or none that is known')
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const given = statusWord(textIn(resource, 'status') ?? '')
  if (OVER.has(given)) {
    return { type: 'left-out', patientId, sections: [section], entryId, because: `its status is ${given}` }
  }
  // `unknown` is a status of FHIR: the value counts, but nobody vouches for it.
  const status = given === 'unknown' ? 'preliminary' : lookUp(STATUS, given)
  if (status === undefined) return setAside('its status is missing or none that FHIR has')
  const code = conceptOf(objectIn(resource, 'code'))
  if (code === undefined) return setAside('it does not say what was observed')
  const measured = valueOf(resource, context)
  if (measured === 'unread') return setAside('its value is of a type that cannot be read')
  const { flag, words } = meaningOf(resource)
  const said = [words, noteOf(resource)].filter((line) => line !== undefined)
  const note = said.length === 0 ? undefined : said.join('\n')
  // A panel's head (hasMember) or an order without a value has nothing to read.
  if (measured === 'nothing' && note === undefined) {
    return { type: 'left-out', patientId, sections: [section], entryId, because: 'it holds no value' }
  }
  const shown = measured === 'nothing' ? { value: 'see note' } : measured
  const value = section === 'vitals' ? readable(shown) : shown
  return {
    type: 'entry',
    patientId,
    section,
    entry: {
      id: entryId,
      code: withSite(code, resource),
      status,
      ...value,
      ...(note === undefined ? {} : { note }),
      ...(flag === undefined ? {} : { flag }),
      ...more(resource, context, section),
    },
  }
}

/** What the laboratory wrote beside the value; lines in their order. */
function noteOf(resource: Json): string | undefined {
  const lines = [
    ...objectsIn(resource, 'note').map((note) => textIn(note, 'text')),
    ...textsIn(resource, 'note'),
    textIn(resource, 'comment'),
  ].filter((line) => line !== undefined)
  return lines.length === 0 ? undefined : lines.join('\n')
}

function more(
  resource: Json,
  context: FhirContext,
  section: 'vitals' | 'results',
): Pick<Observation, 'at' | 'panel' | 'referenceRange'> {
  const said =
    textIn(resource, 'effectiveDateTime') ??
    textIn(resource, 'effectiveInstant') ??
    textIn(objectIn(resource, 'effectivePeriod'), 'start') ??
    textIn(resource, 'issued')
  const day = dateOf(said, context.zone)
  const words = rangesInWords(objectsIn(resource, 'referenceRange'))
  const at = instantOf(said, context.zone)
  const panel = panelOf(section, at === undefined, day)
  return {
    at,
    ...(panel === undefined ? {} : { panel }),
    ...(words === undefined ? {} : { referenceRange: words }),
  }
}

/** Older versions of FHIR have one concept, or a plain code, where R4 has a list of concepts. */
function meaningOf(resource: Json): ReturnType<typeof interpretationIn> {
  const concepts = objectsIn(resource, 'interpretation').map((concept) => [
    ...codingsOf(concept).map(({ code }) => code),
    conceptOf(concept)?.text ?? '',
  ])
  return interpretationIn([...concepts, ...textsIn(resource, 'interpretation').map((code) => [code])])
}

/** Vitals of one day are read together; an observation dated only by month or year shows that date in place of an instant. */
function panelOf(section: 'vitals' | 'results', partial: boolean, day: string | undefined): string | undefined {
  if (day === undefined) return undefined
  if (section === 'vitals') return `vitals ${day}`
  return partial ? `dated ${day}` : undefined
}

/** Where there are several (by sex, by age, for treatment), each is shown with whom it is for: the first alone may be another's. */
function rangesInWords(ranges: Json[]): string | undefined {
  const words = ranges.flatMap((range) => {
    const text = textIn(range, 'text') ?? rangeInWords(range)
    if (text === undefined) return []
    const whose = [
      conceptOf(objectIn(range, 'type')),
      ...objectsIn(range, 'appliesTo').map((concept) => conceptOf(concept)),
    ]
    const label = whose.flatMap((concept) => concept?.text ?? []).join(', ')
    return [ranges.length === 1 || label === '' ? text : `${label}: ${text}`]
  })
  return words.length === 0 ? undefined : words.join('; ')
}
