import type { Chart, SectionName } from '../chart/chart.ts'
import { type DoubtLine, doubtLines } from '../chart/doubt-words.ts'

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
