import { codesIn, codingsOf, conceptOf, statusWord } from './concept.ts'
import { type Json, objectIn, objectsIn } from './json.ts'

/** Categories by their letters alone: a hyphen too many or a missing plural is no reason to lose a blood pressure. */
const VITALS = new Set(['vitalsigns', 'vitalsign', 'vitals', 'vital', 'vs'])
const RESULTS = new Set([
  'laboratory',
  'lab',
  'labs',
  'labresult',
  'labresults',
  'laboratoryresult',
  'laboratoryresults',
])
/** HL7 table 0074, the laboratory's sections; as codes they are written in capitals. */
const LABORATORY_SECTIONS = new Set('BLB CH CP CUS HM IMM MB MCB MYC PAR SP SR TX VR LSL PAT'.split(' '))
/** Known categories that have no place in a chart. */
const OTHERS = new Set(
  (
    'socialhistory survey exam examination imaging procedure therapy activity functionalstatus functionalmentalstatus mentalstatus ' +
    'cognitivestatus disabilitystatus sdoh carexperiencepreference careexperiencepreference treatmentinterventionpreference ' +
    'observationadipreference observationadidocumentation advancedirective administrative genomics clinicaltest nonclinicaltest occupation pregnancy device'
  ).split(' '),
)
/** LOINC of what is measured in every visit, for those who name no category. */
const VITAL_CODES = new Set(
  '85353-1 85354-9 96607-7 8480-6 8462-4 8478-0 8867-4 9279-1 8310-5 8302-2 8306-3 29463-7 3141-9 39156-5 2708-6 59408-5 9843-4 8287-5'.split(
    ' ',
  ),
)

/** And of what has no place in a chart: pregnancy, smoking, alcohol, sex. The International Patient Summary sends them without a category. */
const OTHER_CODES = new Set(
  '82810-3 11778-8 11779-6 11780-4 11996-6 72166-2 11367-0 74013-4 76689-9 76690-7'.split(' '),
)

export type ObservationList = 'vitals' | 'results' | 'none' | 'unknown'

/** Which list an Observation belongs to; `unknown` when its category is none that FHIR or we know, or it has none. */
export function observationList(resource: Json): ObservationList {
  const codes = codesIn(resource, 'category')
  const texts = objectsIn(resource, 'category').flatMap((category) => [
    conceptOf(category)?.text ?? '',
    ...codingsOf(category).map(({ display }) => display ?? ''),
  ])
  const words = [...codes, ...texts].map((word) => statusWord(word).replaceAll(/[^a-z]/g, ''))
  if (words.some((word) => VITALS.has(word))) return 'vitals'
  if (words.some((word) => RESULTS.has(word)) || codes.some((code) => LABORATORY_SECTIONS.has(code))) return 'results'
  const measured = codingsOf(objectIn(resource, 'code')).map(({ code }) => code)
  if (measured.some((code) => VITAL_CODES.has(code))) return 'vitals'
  return words.some((word) => OTHERS.has(word)) || measured.some((code) => OTHER_CODES.has(code)) ? 'none' : 'unknown'
}
