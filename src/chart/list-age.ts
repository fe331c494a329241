import { type Instant, MINUTE } from '../base/time.ts'
import { type Chart, SECTION_NAMES, type SectionName } from './chart.ts'

/** When a source was last read whole, and which of its lists were last compared earlier: as a pack's manifest says it. */
export type SourceRead = { sourceId: string; asOf: Instant; sections?: { [Name in SectionName]?: Instant } }

/**
 * The chart with the age of each of its lists: a list is as old as the oldest source it is made of. A source of which nobody says when it was read
 * makes nothing younger than the chart itself.
 */
export function withAges(chart: Chart, sources: readonly SourceRead[]): Chart {
  const { sectionAsOf: _, ...rest } = chart
  const reads = new Map(sources.map((source) => [source.sourceId, source]))
  const own = reads.get(chart.sourceId)
  const asOf = Math.max(chart.asOf, own?.asOf ?? chart.asOf)
  const older: NonNullable<Chart['sectionAsOf']> = {}
  for (const name of SECTION_NAMES) {
    const from = chart.sectionSources?.[name] ?? [chart.sourceId]
    const listAsOf = Math.min(asOf, ...from.map((sourceId) => readOf(name, chart, reads.get(sourceId))))
    if (listAsOf < asOf) older[name] = listAsOf
  }
  return { ...rest, asOf, ...(Object.keys(older).length === 0 ? {} : { sectionAsOf: older }) }
}

function readOf(name: SectionName, chart: Chart, source: SourceRead | undefined): Instant {
  if (source === undefined) return chart.asOf
  const whole = source.sourceId === chart.sourceId ? Math.max(chart.asOf, source.asOf) : source.asOf
  return source.sections?.[name] ?? whole
}

export function listAsOf(chart: Chart, name: SectionName): Instant {
  return Math.min(chart.asOf, chart.sectionAsOf?.[name] ?? chart.asOf)
}

/** The age of a page or sheet: that of the oldest list that says anything. */
export function oldestAsOf(chart: Chart): Instant {
  return Math.min(chart.asOf, ...heldLists(chart).map((name) => listAsOf(chart, name)))
}

/** When this list was read, where others that say anything were read later: undefined where the chart's one age says it all. */
export function olderThanTheRest(chart: Chart, name: SectionName): Instant | undefined {
  const held = heldLists(chart)
  if (!held.includes(name)) return undefined
  const asOf = listAsOf(chart, name)
  const newest = Math.max(...held.map((other) => listAsOf(chart, other)))
  // Ages are told to the minute.
  return newest - asOf < MINUTE ? undefined : asOf
}

/** The lists that say anything, which includes that there is nothing and that nobody asked. */
function heldLists(chart: Chart): SectionName[] {
  return SECTION_NAMES.filter((name) => chart[name].status !== 'not-received')
}
