import type { Instant } from '../../base/time.ts'
import type { Appointment, Chart, SectionName } from '../../chart/chart.ts'
import { type ChartParts, chartOf } from '../../chart/fhir/charts.ts'
import type { Mapped } from '../../chart/fhir/mapped.ts'

/** A snapshot: all that was dropped together, joined to whole charts by patient. */
export function makeHeap(request: { sourceId: string; asOf: Instant }): {
  add(mapped: Mapped): void
  /** `carries`: lists that are empty for whoever has no entry of them. */
  charts(carries: readonly SectionName[]): { charts: Chart[]; strangers: { patientId: string; entries: number }[] }
  appointments: Appointment[]
} {
  const patients = new Map<string, Mapped & { type: 'patient' }>()
  const merged = new Map<string, string>()
  const parts = new Map<string, ChartParts>()
  const appointments: Appointment[] = []
  const partsFor = (id: string): ChartParts => {
    const held = parts.get(id) ?? { entries: [], absences: [], unread: [] }
    parts.set(id, held)
    return held
  }
  const unreadOf = (id: string): SectionName[] => (partsFor(id).unread ??= [])
  return {
    appointments,
    add(mapped) {
      if (mapped.type === 'patient') patients.set(mapped.patient.id, mapped)
      else if (mapped.type === 'merged') merged.set(mapped.fromId, mapped.intoId)
      else if (mapped.type === 'appointment') appointments.push(mapped.appointment)
      else if (mapped.type === 'entry') partsFor(mapped.patientId).entries.push(mapped)
      else if (mapped.type === 'absent') partsFor(mapped.patientId).absences.push(mapped)
      else if (mapped.type === 'set-aside' && mapped.patientId !== undefined && mapped.section !== undefined)
        unreadOf(mapped.patientId).push(mapped.section)
    },
    charts(carries) {
      for (const [fromId, intoId] of merged) {
        const moved = parts.get(fromId)
        if (moved === undefined || fromId === intoId) continue
        partsFor(intoId).entries.push(...moved.entries)
        unreadOf(intoId).push(...(moved.unread ?? []))
        parts.delete(fromId)
      }
      const charts = [...patients.values()].map(({ patient, restriction }) =>
        chartOf(patient, restriction, partsFor(patient.id), { ...request, carries }),
      )
      const strangers = [...parts]
        .filter(([patientId, { entries }]) => !patients.has(patientId) && entries.length > 0)
        .map(([patientId, { entries }]) => ({ patientId, entries: entries.length }))
      return { charts, strangers }
    },
  }
}
