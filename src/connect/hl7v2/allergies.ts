import { allergyStatement } from '../../chart/absence.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { AllergyIntolerance, CodeableConcept, Section } from '../../chart/chart.ts'
import { conceptOf, listKeyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { type About, type Fault, faultOf, NOTHING, saidOf, type Told, together } from './told.ts'
import { dayOfTime } from './when.ts'

/** AL1 (a list, without a word on what is to happen to it) and IAM (each with an action). */
export function allergiesTold(segments: Segment[], about: About): Told {
  const lists = segments.filter(({ name }) => name === 'AL1')
  const acts = segments.filter(({ name }) => name === 'IAM')
  return together(
    listTold(lists, about),
    ...acts.map((iam) => actTold(iam, acts, about)),
    severitiesUnread([...lists, ...acts], about),
  )
}

type Read = { code: CodeableConcept; segment: Segment; statement: 'whole' | 'narrower' | undefined }

/** A statement of less than "no known allergies" is an entry, as it is worded: it takes nothing away and says nothing of the rest. */
function listTold(segments: Segment[], about: About): Told {
  const read = segments.map((al1) => readOf(al1) ?? unreadable(al1, about))
  const faults = read.filter((one) => 'because' in one)
  const known = read.filter((one) => 'code' in one)
  const listed = known.filter(({ statement }) => statement !== 'whole')
  const stated = known.find(({ statement }) => statement === 'whole')
  const entries = onceEach(listed.map(({ code, segment }) => allergyOf(code, segment, 6, true)))
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
function isWithdrawn(iam: Segment): boolean {
  return iam.get(6).toUpperCase() === 'D' || ['E', 'D', 'I'].includes(iam.get(17).toUpperCase())
}

function actTold(iam: Segment, acts: Segment[], about: About): Told {
  const read = readOf(iam)
  if (read === undefined) return { ...NOTHING, faults: [unreadable(iam, about)] }
  const withdrawn = isWithdrawn(iam)
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
  if (withdrawn) return { ...NOTHING, charts: [{ type: 'remove', ...head, entryIds: [listKeyOf(code)] }] }
  const standing = acts.flatMap((act) => (isWithdrawn(act) ? [] : (readOf(act) ?? [])))
  const alike = standing.map((one) => allergyOf(one.code, one.segment, 11, isVerified(one.segment)))
  const entries = onceEach(alike.filter(({ id }) => id === listKeyOf(code)))
  return { ...NOTHING, charts: [{ type: 'upsert', ...head, entries }] }
}

function isVerified(iam: Segment): boolean {
  return !['U', 'P', 'S'].includes(iam.get(17).toUpperCase())
}

/** An allergen that a message names several times, once for each reaction, is one allergy with all of them and the worst severity. */
function onceEach(entries: AllergyIntolerance[]): AllergyIntolerance[] {
  const byId = new Map<string, AllergyIntolerance>()
  for (const entry of entries) {
    const before = byId.get(entry.id)
    byId.set(entry.id, before === undefined ? entry : bothOf(before, entry))
  }
  return [...byId.values()]
}

function bothOf(one: AllergyIntolerance, other: AllergyIntolerance): AllergyIntolerance {
  const worse = WORST.indexOf(other.severity) < WORST.indexOf(one.severity) ? other : one
  const reactions = [...new Set([one.reaction, other.reaction].filter((said) => said !== undefined))]
  const onset = [one.onset, other.onset].filter((day) => day !== undefined).toSorted()[0]
  return {
    ...worse,
    verified: one.verified || other.verified,
    ...(reactions.length === 0 ? {} : { reaction: reactions.join(', ') }),
    ...(onset === undefined ? {} : { onset }),
  }
}

const WORST: AllergyIntolerance['severity'][] = ['severe', 'moderate', 'mild', undefined]

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
  const said = severityOf(segment)
  const severity = said === 'unread' ? undefined : said
  const onset = dayOfTime(segment.get(onsetField))
  return {
    id: listKeyOf(code),
    code,
    criticality: severity === 'severe' ? 'high' : severity === undefined ? 'unknown' : 'low',
    verified,
    ...(severity === undefined ? {} : { severity }),
    ...(reaction === '' ? {} : { reaction }),
    ...(onset === undefined ? {} : { onset }),
  }
}

/** HL7 table 0128, and the words that senders write in its place. */
const SEVERITIES: [AllergyIntolerance['severity'], RegExp][] = [
  ['severe', /^(?:sv|sev|severe|s|lt|fatal|life[- ]?threatening|anaphyla\w+)$/i],
  ['moderate', /^(?:mo|mod|moderate|m)$/i],
  ['mild', /^(?:mi|mild|minor)$/i],
]
const SAYS_NO_SEVERITY = /^(?:u|unk|unknown|not (?:known|specified|on file))$/i

function severityOf(segment: Segment): AllergyIntolerance['severity'] | 'unread' {
  const said = [1, 2, 5].map((component) => segment.get(4, component)).filter((word) => word !== '')
  const known = said.map((word) => SEVERITIES.find(([, words]) => words.test(word))?.[0])
  const found = known.find((severity) => severity !== undefined)
  return found ?? (said.every((word) => SAYS_NO_SEVERITY.test(word)) ? undefined : 'unread')
}

/** An allergy whose severity is written in a way that is not known here may be the worst of all: the chart says that it is missing. */
function severitiesUnread(segments: Segment[], about: About): Told {
  const faults = segments
    .filter((segment) => severityOf(segment) === 'unread')
    .map(({ name, number }) =>
      faultOf(
        `${name} ${number}: the severity (${name}-4) cannot be read; the allergy is shown without one.`,
        about,
        'allergies',
      ),
    )
  return { ...NOTHING, faults }
}
