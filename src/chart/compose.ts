import { canonicalJson } from '../base/hash.ts'
import { entriesOf, newestFirst } from './apply-section.ts'
import { type Chart, type EntryOf, SECTION_NAMES, type Section, type SectionName } from './chart.ts'
import { filledPatient } from './merge.ts'

type AnySection = Section<EntryOf<SectionName>>

/**
 * The chart of one person from the records that several sources have of them, the leading source first: it says who the person is, the others fill
 * gaps and add entries. Nothing is dropped: of two entries with one id and different words both stay. The strictest restriction holds.
 */
export function composedChart(personId: string, records: readonly [Chart, ...Chart[]]): Chart {
  const [first, ...others] = records
  const base = published(first, personId)
  if (others.length === 0) return base
  const all = [first, ...others]
  const sources: { [Name in SectionName]?: string[] } = {}
  const lists: { [name: string]: AnySection } = {}
  for (const name of SECTION_NAMES) {
    const parts = all.map((chart) => ({ sourceId: chart.sourceId, section: chart[name] as AnySection }))
    const joined = joinedSection(parts)
    lists[name] = joined.section
    if (joined.sources.some((id) => id !== first.sourceId)) sources[name] = joined.sources
  }
  const doubts = all.flatMap((chart) => chart.doubts ?? [])
  return {
    ...base,
    ...lists,
    patient: { ...others.reduce((into, chart) => filledPatient(chart.patient, into), first.patient), id: personId },
    restriction: all.find(({ restriction }) => restriction !== 'none')?.restriction ?? 'none',
    ...(Object.keys(sources).length === 0 ? {} : { sectionSources: sources }),
    ...(doubts.length === 0 ? {} : { doubts: doubts }),
  }
}

/** When single events were heard is the hub's own business. */
function published({ heard: _heard, ...chart }: Chart, personId: string): Chart {
  return chart.patient.id === personId ? chart : { ...chart, patient: { ...chart.patient, id: personId } }
}

type Part = { sourceId: string; section: AnySection }

function joinedSection(parts: readonly Part[]): { section: AnySection; sources: string[] } {
  const listed = parts.filter(({ section }) => entriesOf(section).length > 0)
  if (listed.length === 0) {
    const surest = parts.find(({ section }) => SURE[section.status]) ?? parts[0]
    return surest === undefined
      ? { section: { status: 'not-received' }, sources: [] }
      : { section: surest.section, sources: [surest.sourceId] }
  }
  const entries = new Map<string, EntryOf<SectionName>>()
  for (const { sourceId, section } of listed)
    for (const entry of entriesOf(section)) {
      const there = entries.get(entry.id)
      if (there === undefined) entries.set(entry.id, entry)
      else if (canonicalJson(there) !== canonicalJson(entry)) {
        const id = `${sourceId}/${entry.id}`
        entries.set(id, { ...entry, id })
      }
    }
  const stated = parts.flatMap(({ section }) => statementIn(section))[0]
  const [only] = listed
  const list = listed.length === 1 && only !== undefined ? entriesOf(only.section) : newestFirst([...entries.values()])
  return {
    section: { status: 'listed', entries: list, ...(stated === undefined ? {} : { noneStated: stated }) },
    sources: listed.map(({ sourceId }) => sourceId),
  }
}

/** One source's "none known" beside entries of another is shown as the contradiction it is. */
function statementIn(section: AnySection): string[] {
  if (section.status === 'none-known') return [section.statement ?? 'stated']
  return section.status === 'listed' && section.noneStated !== undefined ? [section.noneStated] : []
}

const SURE: { [Status in AnySection['status']]: boolean } = {
  listed: true,
  'none-known': true,
  'not-asked': false,
  'not-received': false,
}
