import type { ChartChange } from '../../chart/change.ts'
import type { AllergyIntolerance, CodeableConcept } from '../../chart/chart.ts'
import { conceptOf, keyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { type About, fault, saidOf, type Told, together } from './told.ts'
import { dayOfTime } from './when.ts'

/** "No known allergies" as senders write it in a list: SNOMED CT's codes for it, or words. */
const NONE_CODES = new Set(['716186003', '409137002', '428607008', '429625007', 'NKA', 'NKDA', 'NONE'])
const NONE_WORDS =
  /^(nka|nkda|none( known)?|no known (drug |food |environmental )?(allerg(y|ies)|allergic reactions?))\.?$/i

/** AL1 (a list, without a word on what is to happen to it) and IAM (each with an action). */
export function allergiesTold(segments: Segment[], about: About): Told {
  const lists = segments.filter(({ name }) => name === 'AL1')
  const acts = segments.filter(({ name }) => name === 'IAM')
  return together(listTold(lists, about), ...acts.map((iam) => actTold(iam, about)))
}

function listTold(segments: Segment[], about: About): Told {
  const read = segments.map((al1) => ({ al1, code: conceptOf(al1.all(3)[0]) }))
  const faults = read
    .filter(({ code }) => code === undefined)
    .map(({ al1 }) => `AL1 ${al1.number}: the allergy has no code and no words.`)
  const known = read.flatMap(({ al1, code }) => (code === undefined ? [] : [{ al1, code }]))
  const real = known.filter(({ code }) => !saysNone(code))
  const charts: ChartChange[] = []
  if (real.length > 0) {
    const entries = real.map(({ al1, code }) => allergyOf(code, al1, 6, true))
    charts.push(
      about.reading.lists === 'snapshot' && faults.length === 0
        ? { type: 'replace', ...saidOf(about), section: 'allergies', value: { status: 'listed', entries } }
        : { type: 'upsert', ...saidOf(about), section: 'allergies', entries },
    )
  } else if (known.length > 0)
    charts.push({ type: 'replace', ...saidOf(about), section: 'allergies', value: { status: 'none-known' } })
  return { charts, appointments: [], faults }
}

/** HL7 table 0323 in IAM-6; IAM-17 (clinical status) E, D and I withdraw what was said. */
function actTold(iam: Segment, about: About): Told {
  const code = conceptOf(iam.all(3)[0])
  if (code === undefined) return fault(`IAM ${iam.number}: the allergy has no code and no words.`)
  const status = iam.get(17).toUpperCase()
  const withdrawn = iam.get(6).toUpperCase() === 'D' || ['E', 'D', 'I'].includes(status)
  const change: ChartChange = withdrawn
    ? { type: 'remove', ...saidOf(about), section: 'allergies', entryIds: [keyOf(code)] }
    : saysNone(code)
      ? { type: 'replace', ...saidOf(about), section: 'allergies', value: { status: 'none-known' } }
      : {
          type: 'upsert',
          ...saidOf(about),
          section: 'allergies',
          entries: [allergyOf(code, iam, 11, !['U', 'P', 'S'].includes(status))],
        }
  return { charts: [change], appointments: [], faults: [] }
}

function allergyOf(code: CodeableConcept, segment: Segment, onsetField: number, verified: boolean): AllergyIntolerance {
  const reaction = segment
    .all(5)
    .map((field) => field.get(2) || field.get(1))
    .filter((said) => said !== '')
    .join(', ')
  const severity = SEVERITIES[segment.get(4).toUpperCase()]
  const onset = dayOfTime(segment.get(onsetField))
  return {
    id: keyOf(code),
    code,
    criticality: severity === 'severe' ? 'high' : severity === undefined ? 'unknown' : 'low',
    verified,
    ...(severity === undefined ? {} : { severity }),
    ...(reaction === '' ? {} : { reaction }),
    ...(onset === undefined ? {} : { onset }),
  }
}

/** HL7 table 0128. */
const SEVERITIES: { [code: string]: 'mild' | 'moderate' | 'severe' } = { SV: 'severe', MO: 'moderate', MI: 'mild' }

function saysNone(code: CodeableConcept): boolean {
  return code.codings.some((coding) => NONE_CODES.has(coding.code.toUpperCase())) || NONE_WORDS.test(code.text.trim())
}
