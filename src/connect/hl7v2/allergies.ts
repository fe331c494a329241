import { allergyStatement } from '../../chart/absence.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { AllergyIntolerance, CodeableConcept, Section } from '../../chart/chart.ts'
import { conceptOf, keyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { type About, type Fault, faultOf, NOTHING, saidOf, type Told, together } from './told.ts'
import { dayOfTime } from './when.ts'

/** AL1 (a list, without a word on what is to happen to it) and IAM (each with an action). */
export function allergiesTold(segments: Segment[], about: About): Told {
  const lists = segments.filter(({ name }) => name === 'AL1')
  const acts = segments.filter(({ name }) => name === 'IAM')
  return together(listTold(lists, about), ...acts.map((iam) => actTold(iam, about)))
}

type Read = { code: CodeableConcept; segment: Segment; statement: 'whole' | 'narrower' | undefined }

/** A statement of less than "no known allergies" is an entry, as it is worded: it takes nothing away and says nothing of the rest. */
function listTold(segments: Segment[], about: About): Told {
  const read = segments.map((al1) => readOf(al1) ?? unreadable(al1, about))
  const faults = read.filter((one) => 'because' in one)
  const known = read.filter((one) => 'code' in one)
  const listed = known.filter(({ statement }) => statement !== 'whole')
  const stated = known.find(({ statement }) => statement === 'whole')
  const entries = listed.map(({ code, segment }) => allergyOf(code, segment, 6, true))
  const statement = stated && statementOf(stated.segment, 6, about)
  // A list without a single allergen says less than one with: it is not believed to be whole.
  const isWhole =
    about.reading.lists === 'snapshot' &&
    faults.length === 0 &&
    (listed.some((one) => one.statement === undefined) || listed.length === 0)
  if (isWhole && known.length > 0) return { ...NOTHING, charts: [wholeList(entries, statement, about)] }
  const charts: ChartChange[] = []
  if (entries.length > 0) charts.push({ type: 'upsert', ...saidOf(about), section: 'allergies', entries })
  if (statement === undefined) return { ...NOTHING, charts, faults }
  if (faults.length === 0) charts.push({ type: 'none-stated', ...saidOf(about), section: 'allergies', statement })
  else {
    const because = '"No known allergies" stands beside an allergy that could not be read, so it was not used.'
    faults.push(faultOf(because, about, 'allergies'))
  }
  return { ...NOTHING, charts, faults }
}

function wholeList(entries: AllergyIntolerance[], statement: string | undefined, about: About): ChartChange {
  const value: Section<AllergyIntolerance> =
    entries.length > 0
      ? { status: 'listed', entries, ...(statement === undefined ? {} : { noneStated: statement }) }
      : { status: 'none-known', ...(statement === undefined ? {} : { statement }) }
  return { type: 'replace', ...saidOf(about), section: 'allergies', value }
}

/** HL7 table 0323 in IAM-6; IAM-17 (clinical status) E, D and I withdraw what was said. */
function actTold(iam: Segment, about: About): Told {
  const read = readOf(iam)
  if (read === undefined) return { ...NOTHING, faults: [unreadable(iam, about)] }
  const status = iam.get(17).toUpperCase()
  const withdrawn = iam.get(6).toUpperCase() === 'D' || ['E', 'D', 'I'].includes(status)
  const head = { ...saidOf(about), section: 'allergies' } as const
  const { code, statement } = read
  // "No known allergies" that is withdrawn leaves a list of which nobody says that it is empty.
  if (statement === 'whole')
    return {
      ...NOTHING,
      charts: [
        withdrawn
          ? { type: 'upsert', ...head, entries: [] }
          : { type: 'none-stated', ...head, statement: statementOf(iam, 13, about) },
      ],
    }
  if (withdrawn) return { ...NOTHING, charts: [{ type: 'remove', ...head, entryIds: [keyOf(code)] }] }
  const entries = [allergyOf(code, iam, 11, !['U', 'P', 'S'].includes(status))]
  return { ...NOTHING, charts: [{ type: 'upsert', ...head, entries }] }
}

function readOf(segment: Segment): Read | undefined {
  const field = segment.all(3)[0]
  const code = conceptOf(field)
  if (field === undefined || code === undefined) return undefined
  const [codes, words] = [
    [1, 4],
    [2, 5, 9],
  ].map((parts) => parts.map((part) => field.get(part)).filter(Boolean))
  const statement = allergyStatement({ codes: codes ?? [], words: words ?? [], kind: segment.get(2) })
  return { code, segment, statement }
}

function unreadable(segment: Segment, about: About): Fault {
  const because = `${segment.name} ${segment.number}: the allergy has no code and no words.`
  return faultOf(because, about, 'allergies')
}

/** What tells one "no known allergies" from another: the day it was made where that is said, else the message that says it. */
function statementOf(segment: Segment, dateField: number, about: About): string {
  return dayOfTime(segment.get(dateField)) ?? about.controlId
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
