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
 * read again when a resource speaks of the list as a whole, or could not be understood.
 */
const NEVER_PATCHED: SectionName = 'allergies'

export function tell(reading: Reading, mapped: Mapped[]): Told {
  const reread: Told['reread'] = new Map()
  const again = (patientId: string, section: SectionName, entryId?: string): void => {
    const sections = reread.get(patientId) ?? new Map<SectionName, Set<string>>()
    const expected = sections.get(section) ?? new Set()
    reread.set(patientId, sections.set(section, entryId === undefined ? expected : expected.add(entryId)))
  }
  const patched: Mapped[] = []
  for (const one of mapped) {
    if (one.type === 'absent') again(one.patientId, one.section)
    else if (one.type === 'entry' && one.section === NEVER_PATCHED) again(one.patientId, one.section, one.entry.id)
    else if (one.type === 'left-out' && one.sections.includes(NEVER_PATCHED)) again(one.patientId, NEVER_PATCHED)
    else if (one.type === 'set-aside') {
      if (one.patientId !== undefined && one.section !== undefined) again(one.patientId, one.section)
    } else patched.push(one)
  }
  return { changes: patches(reading, patched), reread }
}

/**
 * The changes of a server that cannot be asked by patient, one by one. A word that there are none takes nothing away: it is told as a statement.
 */
export function patches(reading: Reading, mapped: Mapped[]): ChartChange[] {
  const said = { sourceId: reading.context.sourceId, at: reading.asOf }
  const groups = new Map<string, ChartChange>()
  const grouped = (change: ChartChange & { type: 'upsert' | 'remove' }): void => {
    const key = `${change.type} ${change.section} ${change.patientId}`
    const before = groups.get(key)
    if (before === undefined) groups.set(key, change)
    else if (before.type === 'upsert' && change.type === 'upsert') {
      ;(before.entries as { id: string }[]).push(...change.entries)
    } else if (before.type === 'remove' && change.type === 'remove') before.entryIds.push(...change.entryIds)
  }
  const stated: ChartChange[] = []
  for (const one of mapped) {
    if (one.type === 'entry') {
      const { patientId, section, entry } = one
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- section and entry come from one Mapped
      grouped({ type: 'upsert', patientId, ...said, section, entries: [entry] } as ChartChange & { type: 'upsert' })
    } else if (one.type === 'left-out') {
      const { patientId, sections, entryId } = one
      for (const section of sections) grouped({ type: 'remove', patientId, ...said, section, entryIds: [entryId] })
    } else if (one.type === 'absent') {
      const { patientId, section, absence, entryId, statement } = one
      if (entryId !== undefined) grouped({ type: 'remove', patientId, ...said, section, entryIds: [entryId] })
      if (absence === 'none-known')
        stated.push({ type: 'none-stated', patientId, ...said, section, statement: statement ?? 'stated' })
    }
  }
  return [...groups.values(), ...stated]
}
