import { entriesOf } from './apply-section.ts'
import { type Chart, type EntryOf, SECTION_NAMES, type Section, type SectionName } from './chart.ts'

/** Entries that a change would take out of the lists of one chart; `chart`: it would be gone altogether. */
export type Loss = { chart: boolean; sections: { [Name in SectionName]?: number }; emptied: SectionName[] }

/** How many entries each list of a chart has, in the order of `SECTION_NAMES`. */
export function countsOf(chart: Chart): number[] {
  return SECTION_NAMES.map((name) => entriesOf<unknown>(chart[name]).length)
}

/** What `after` has less of than `before`. A list that was changed without becoming shorter lost nothing. */
export function lossOf(before: Chart | undefined, after: Chart | undefined): Loss {
  const loss: Loss = { chart: before !== undefined && after === undefined, sections: {}, emptied: [] }
  if (before === undefined || after === undefined) return loss
  for (const name of SECTION_NAMES) {
    const had = entriesOf<unknown>(before[name]).length
    const has = entriesOf<unknown>(after[name]).length
    if (has < had) loss.sections[name] = had - has
    if (has === 0 && had > 0) loss.emptied.push(name)
  }
  return loss
}

export function isLoss(loss: Loss): boolean {
  return loss.chart || Object.keys(loss.sections).length > 0
}

/** `after`, with these lists as they stand in `shown`: what is new flows, what would vanish waits. */
export function withKept(after: Chart, shown: Chart, sections: readonly SectionName[]): Chart {
  if (sections.length === 0) return after
  const kept = Object.fromEntries(
    sections.map((name) => [name, keptSection(shown[name] as AnySection, after[name] as AnySection)]),
  )
  return { ...after, ...kept }
}

type AnySection = Section<EntryOf<SectionName>>

/** Entries that the newest answer has come first; those that it would take away stay. */
function keptSection(shown: AnySection, after: AnySection): AnySection {
  const now = new Map(entriesOf(after).map((entry) => [entry.id, entry]))
  const kept = entriesOf(shown).map((entry) => now.get(entry.id) ?? entry)
  const ids = new Set(kept.map(({ id }) => id))
  const entries = [...entriesOf(after).filter(({ id }) => !ids.has(id)), ...kept]
  return shown.status === 'listed' ? { ...shown, entries } : after
}

/** The default: more than 10 % and more than 20 charts. Two people are asked when allergies go, or more than half of anything. */
export const SHRINK = { share: 0.1, charts: 20, twoPeopleShare: 0.5 } as const

/**
 * One kind of thing that a source would have less of. `charts`: of how many charts something would go (for visits: how many visits); `entries`: how
 * many entries of `of`; `emptied`: of how many of the `filled` lists nothing would be left.
 */
export type Shrink = {
  what: SectionName | 'charts' | 'visits'
  charts: number
  entries: number
  of: number
  emptied: number
  filled: number
}

/**
 * Whether a shrink is not believed without a person. Orders that come back with results leave the list of pending ones many at a time: there only
 * more than half is too much.
 */
export function isTooMuch(shrink: Shrink, limit: { share: number; charts: number } = SHRINK): boolean {
  if (shrink.charts <= limit.charts) return false
  return shareOf(shrink) > (shrink.what === 'pending' ? Math.max(0.5, limit.share) : limit.share)
}

export function shareOf({ entries, of, emptied, filled }: Shrink): number {
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
  return Math.max(share(entries, of), share(emptied, filled))
}

export function peopleNeeded(shrinks: readonly Shrink[]): 1 | 2 {
  return shrinks.some((shrink) => shrink.what === 'allergies' || shareOf(shrink) > SHRINK.twoPeopleShare) ? 2 : 1
}
