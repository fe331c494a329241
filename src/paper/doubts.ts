import type { Chart, SectionName } from '../chart/chart.ts'
import { type DoubtLine, doubtLines } from '../chart/doubt-words.ts'
import { SECTION_TITLES } from '../chart/section-words.ts'

type InDoubt = Pick<Chart, 'doubts'>

/** Lists that a patient's sheet has no heading for. */
const UNPRINTED: readonly (SectionName | undefined)[] = [undefined, 'alerts', 'coverage']
const MOST_REASONS = 2

/** The doubts about a list, printed under its heading with their reasons. */
export function doubtsOfList(chart: InDoubt, name: SectionName): string[] {
  return doubtLines(chart)
    .filter(({ section }) => section === name)
    .map(({ words, because }) => withReasons(words, because))
}

/** The doubts about who this is, or about the chart as a whole: printed in full before anything else. */
export function doubtsOfChart(chart: InDoubt): string[] {
  return doubtLines(chart)
    .filter(({ section }) => UNPRINTED.includes(section))
    .map(({ summary, because }) => withReasons(summary, because))
}

function withReasons(words: string, because: DoubtLine['because']): string {
  const more = because.length - MOST_REASONS
  const reasons = because.slice(0, MOST_REASONS).join('; ')
  return `${words}${reasons === '' ? '' : ` Reason: ${reasons}${more > 0 ? `; and ${more} more in the viewer` : ''}.`}`
}

/**
 * For the head of every page, in one line: `VERIFY NAME AND BIRTH DATE. Not shown: allergies 2, results 1. Held back: medications.` Empty where nothing
 * is in doubt.
 */
export function doubtSummary({ doubts = [] }: InDoubt): string {
  const isPerson = doubts.some(
    ({ kind, section }) => kind === 'mixed' || kind === 'other-person' || section === undefined,
  )
  const counted = (kinds: readonly string[]): string => {
    const own = Map.groupBy(
      doubts.filter(({ kind }) => kinds.includes(kind)),
      ({ section }) => section,
    )
    return [...own]
      .map(([section, all]) => `${nameOf(section)} ${all.reduce((sum, { count }) => sum + Math.max(1, count), 0)}`)
      .join(', ')
  }
  const parts = [
    isPerson ? 'VERIFY NAME AND BIRTH DATE' : '',
    titled('May be another patient’s', counted(['mixed'])),
    titled('Records not shown', counted(['other-person', 'quarantined'])),
    titled('Held back', counted(['held-back'])),
  ]
  return parts.filter((part) => part !== '').join('. ')
}

const titled = (title: string, list: string): string => (list === '' ? '' : `${title}: ${list}`)

function nameOf(section: SectionName | undefined): string {
  return section === undefined ? 'patient' : SECTION_TITLES[section].toLowerCase()
}
