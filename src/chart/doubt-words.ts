import type { Chart, Doubt, SectionName } from './chart.ts'
import { SECTION_TITLES } from './section-words.ts'

/** One thing that a person who treats this patient must know before relying on the chart. */
export type DoubtLine = {
  /** `verify`: this may be another patient. `act`: what is missing can harm at once. */
  gravity: 'verify' | 'act' | 'watch'
  /** The list it is said in again. */
  section: SectionName | undefined
  /** With the list's name in front, for the top of a page. */
  summary: string
  /** Under the list's own heading. */
  words: string
  /** The reasons, each once. */
  because: string[]
}

/** What to do instead of relying on a list from which records are missing. */
const INSTEAD: { [Name in SectionName]: string } = {
  alerts: 'Ask the patient and the staff.',
  allergies: 'Ask the patient.',
  medications: 'Ask the patient.',
  problems: 'Ask the patient.',
  notes: 'Other notes may exist.',
  pending: 'Call the lab or the ordering clinician.',
  vitals: 'Measure again.',
  results: 'Call the lab or the ordering clinician.',
  immunizations: 'Ask the patient.',
  procedures: 'Ask the patient.',
  coverage: 'Ask the patient.',
}
const VERIFY = 'Verify name and birth date with the patient.'

/** Lists whose gaps can harm at once. */
const SAFETY: readonly SectionName[] = ['alerts', 'allergies', 'medications']
const KINDS: readonly Doubt['kind'][] = ['mixed', 'other-person', 'quarantined', 'held-back']

/**
 * All doubts about a chart in plain words, the gravest first; those of one kind, list and source are one line with their sum. `asOf` words the age of a
 * list, or of the chart, where something is held back; left out where the age is printed beside it.
 */
export function doubtLines(
  chart: Pick<Chart, 'doubts'>,
  asOf?: (section: SectionName | undefined) => string,
): DoubtLine[] {
  const groups = Map.groupBy(chart.doubts ?? [], ({ kind, section, sourceId }) =>
    JSON.stringify([kind, section, sourceId]),
  )
  return [...groups.values()]
    .map(summed)
    .sort((a, b) => rankOf(a) - rankOf(b) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
    .map((group) => lineOf(group, asOf))
}

type Group = Omit<Doubt, 'because'> & { because: string[] }

function summed(same: Doubt[]): Group {
  const [first] = same
  const because = [...new Set(same.map((doubt) => doubt.because).filter((reason) => reason !== ''))]
  const count = same.reduce((sum, doubt) => sum + Math.max(1, doubt.count), 0)
  return { kind: 'quarantined', sourceId: '', ...first, count, because }
}

function rankOf({ kind, section }: Pick<Doubt, 'kind' | 'section'>): number {
  if (kind === 'mixed') return 0
  if (kind === 'other-person' || section === undefined) return 1
  return section === 'allergies' ? 2 : SAFETY.includes(section) ? 3 : 4
}

function lineOf(group: Group, asOf: ((section: SectionName | undefined) => string) | undefined): DoubtLine {
  const { section, because } = group
  const words = wordsOf(group, asOf)
  // `Medications held back: ...`, but `Medications: 2 records ...`.
  const title = section === undefined ? '' : `${SECTION_TITLES[section]}${group.kind === 'held-back' ? '' : ':'} `
  const rank = rankOf(group)
  return {
    gravity: rank === 0 ? 'verify' : rank < 4 ? 'act' : 'watch',
    section,
    summary: `${title}${title === '' ? words : words.slice(0, 1).toLowerCase() + words.slice(1)}`,
    words,
    because,
  }
}

function wordsOf(
  { kind, section, sourceId, count }: Group,
  asOf: ((section: SectionName | undefined) => string) | undefined,
): string {
  const one = count === 1
  const records = one ? '1 record' : `${count} records`
  const from = inBrackets(sourceId === '' ? '' : `source: ${sourceId}`)
  const counted = inBrackets(`${records} here`, sourceId === '' ? '' : `source: ${sourceId}`)
  switch (kind) {
    case 'mixed':
      return section === undefined
        ? `This chart may contain another patient’s data${from}. ${VERIFY}`
        : `This list may contain another patient’s data${counted}. ${VERIFY}`
    case 'other-person':
      return `${records} under this MRN ${one ? 'has' : 'have'} a different name or birth date and ${one ? 'is' : 'are'} not shown${from}. ${VERIFY}`
    case 'held-back': {
      const shown = asOf === undefined ? '' : ` Shown ${asOf(section)}.`
      return section === undefined
        ? `Held back: the EHR’s last answer left out many patients at once, and this one too${from}.${shown}`
        : `Held back: the EHR’s last answer removed this list from many charts at once${counted}.${shown}`
    }
    case 'quarantined':
    default:
      return section === undefined
        ? `${records} of this patient could not be read and ${one ? 'is' : 'are'} not shown${from}. ${VERIFY}`
        : `${records} could not be read and ${one ? 'is' : 'are'} not shown${from}. ${INSTEAD[section]}`
  }
}

function inBrackets(...parts: string[]): string {
  const said = parts.filter((part) => part !== '')
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

/** `identity`: who this is, or the chart as a whole. What marks a line of a list of patients. */
export type DoubtMark = 'identity' | 'allergies'

export function doubtMarks({ doubts = [] }: Pick<Chart, 'doubts'>): DoubtMark[] {
  const identity = doubts.some(
    ({ kind, section }) => kind === 'mixed' || kind === 'other-person' || section === undefined,
  )
  const allergies = doubts.some(({ section }) => section === 'allergies')
  return [...(identity ? (['identity'] as const) : []), ...(allergies ? (['allergies'] as const) : [])]
}

export const DOUBT_MARK_WORDS: { [Mark in DoubtMark]: string } = {
  identity: 'Verify identity',
  allergies: 'Verify allergies',
}

/** Of a chart whose content may not be shown: only that it may not be this patient's, and nothing of whose records or of which list. */
export function maskedDoubts({ doubts = [] }: Pick<Chart, 'doubts'>): Doubt[] {
  return (['mixed', 'other-person'] as const).flatMap((kind) => {
    const count = doubts
      .filter((doubt) => doubt.kind === kind)
      .reduce((sum, doubt) => sum + Math.max(1, doubt.count), 0)
    return count === 0 ? [] : [{ kind, sourceId: '', count, because: '' }]
  })
}

const WHOLE = 'this chart'
const MOST_SUMMARY = 180

/**
 * For the head of every page, in one line: `VERIFY NAME AND BIRTH DATE. Not shown: allergies 2, results 1. Held back: medications 3`. Empty where
 * nothing is in doubt. Where that is too long for a head, only the sum is said: the first page has it all.
 */
export function doubtSummary({ doubts = [] }: Pick<Chart, 'doubts'>): string {
  const of = (kind: Doubt['kind'], whole: string): string[] => {
    const own = Map.groupBy(
      doubts.filter((doubt) => doubt.kind === kind),
      ({ section }) => section,
    )
    return [...own].map(([section, same]) => {
      const count = same.reduce((sum, doubt) => sum + Math.max(1, doubt.count), 0)
      if (section !== undefined) return `${SECTION_TITLES[section].toLowerCase()} ${count}`
      return whole === WHOLE ? whole : `${whole} ${count}`
    })
  }
  const isPerson = doubts.some(
    ({ kind, section }) => kind === 'mixed' || kind === 'other-person' || section === undefined,
  )
  const notShown = [...of('quarantined', 'patient details'), ...of('other-person', 'under another name or birth date')]
  const verify = isPerson ? 'VERIFY NAME AND BIRTH DATE' : ''
  const whole = [
    verify,
    titled('May contain another patient’s data', of('mixed', WHOLE)),
    titled('Not shown', notShown),
    titled('Held back', of('held-back', WHOLE)),
  ]
    .filter((part) => part !== '')
    .join('. ')
  if (whole.length <= MOST_SUMMARY) return whole
  const sum = doubts.reduce((all, { count }) => all + Math.max(1, count), 0)
  return `${verify === '' ? '' : `${verify}. `}${sum} records are not shown, held back or another patient’s: see the first page`
}

function titled(title: string, counted: readonly string[]): string {
  return counted.length === 0 ? '' : `${title}: ${counted.join(', ')}`
}
