import type { ChartChange } from '../../chart/change.ts'
import type { SectionName } from '../../chart/chart.ts'
import type { Mapped } from '../../chart/fhir/mapped.ts'
import type { Reading } from './reading.ts'

/** What polled resources mean for charts: changes that can be told at once, and lists that must be read whole first. */
export type Told = {
  changes: ChartChange[]
  /** Patients and lists in which one entry depends on the others, with the entries that must be found there. */
  reread: Map<string, Map<SectionName, Set<string>>>
}

/**
 * Allergies are never patched: whether "no known allergies" holds, or has ceased to hold, is known only from the whole list. Other lists are
 * read again when a resource speaks of the list as a whole.
 */
const NEVER_PATCHED: SectionName = 'allergies'

export function tell(reading: Reading, mapped: Mapped[]): Told {
  const reread: Told['reread'] = new Map()
  const again = (patientId: string, section: SectionName, entryId?: string): void => {
    const sections = reread.get(patientId) ?? new Map<SectionName, Set<string>>()
    const expected = sections.get(section) ?? new Set()
    reread.set(patientId, sections.set(section, entryId === undefined ? expected : expected.add(entryId)))
  }
  const groups = new Map<string, ChartChange>()
  const grouped = (change: ChartChange & { type: 'upsert' | 'remove' }): void => {
    const key = `${change.type} ${change.section} ${change.patientId}`
    const before = groups.get(key)
    if (before === undefined) groups.set(key, change)
    else if (before.type === 'upsert' && change.type === 'upsert') {
      ;(before.entries as { id: string }[]).push(...change.entries)
    } else if (before.type === 'remove' && change.type === 'remove') before.entryIds.push(...change.entryIds)
  }
  const said = { sourceId: reading.context.sourceId, at: reading.asOf }
  for (const one of mapped) {
    if (one.type === 'absent') again(one.patientId, one.section)
    else if (one.type === 'entry') {
      if (one.section === NEVER_PATCHED) again(one.patientId, one.section, one.entry.id)
      else {
        const { patientId, section, entry } = one
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- section and entry come from one Mapped
        grouped({ type: 'upsert', patientId, ...said, section, entries: [entry] } as ChartChange & { type: 'upsert' })
      }
    } else if (one.type === 'left-out') {
      for (const section of one.sections) {
        if (section === NEVER_PATCHED) again(one.patientId, section)
        else grouped({ type: 'remove', patientId: one.patientId, ...said, section, entryIds: [one.entryId] })
      }
    }
  }
  return { changes: [...groups.values()], reread }
}
