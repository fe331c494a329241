import type { SectionName } from '../../chart/chart.ts'
import { type Shrink, shareOf } from '../../chart/losses.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'

const NOUNS: { [Name in SectionName]?: string } = { coverage: 'coverage entries', notes: 'notes' }

/** `496 of 496 allergies in 170 charts (100%)`, `580 of 600 charts (97%)`. */
export function shrinkWords(shrink: Shrink): string {
  const percent = `${Math.round(shareOf(shrink) * 100)}%`
  const { what, charts, entries, of } = shrink
  if (what === 'charts' || what === 'visits') return `${entries} of ${of} ${what} (${percent})`
  return `${entries} of ${of} ${NOUNS[what] ?? SECTION_TITLES[what].toLowerCase()} in ${charts} charts (${percent})`
}
