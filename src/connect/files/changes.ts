import type { Instant } from '../../base/time.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import type { Mapped } from '../../chart/fhir/mapped.ts'

type Said = { sourceId: string; at: Instant }

/**
 * Turns what a file says into changes. "There are none" is told only at the end of the file, and only of lists of which the file has no entry: an
 * allergy that stands beside "no known allergies" must be shown.
 */
export function makeTeller(said: Said): {
  tell(mapped: Mapped): { charts: ChartChange[]; appointments: AppointmentChange[] }
  finish(): ChartChange[]
} {
  const listed = new Set<string>()
  const absent = new Map<string, ChartChange>()
  const nothing = { charts: [], appointments: [] }
  return {
    tell(mapped) {
      if (mapped.type === 'entry') listed.add(`${mapped.patientId} ${mapped.section}`)
      if (mapped.type === 'absent') {
        const { patientId, section, absence, statement = 'stated' } = mapped
        const change: ChartChange =
          absence === 'none-known'
            ? { type: 'none-stated', patientId, ...said, section, statement }
            : { type: 'replace', patientId, ...said, section, value: { status: absence } }
        if (absence !== 'not-received') absent.set(`${patientId} ${section}`, change)
        return nothing
      }
      if (mapped.type === 'appointment')
        return { charts: [], appointments: [{ type: 'appointment', appointment: mapped.appointment }] }
      if (mapped.type === 'appointment-left-out')
        return {
          charts: [],
          appointments: [{ type: 'appointment-gone', appointmentId: mapped.appointmentId, ...said }],
        }
      return { charts: chartChanges(mapped, said), appointments: [] }
    },
    finish: () => [...absent].filter(([key]) => !listed.has(key)).map(([, change]) => change),
  }
}

function chartChanges(mapped: Mapped, said: Said): ChartChange[] {
  switch (mapped.type) {
    case 'patient': {
      const { patient, restriction } = mapped
      return [{ type: 'patient', patientId: patient.id, ...said, patient: { ...patient }, restriction }]
    }
    case 'merged':
      return [{ type: 'merge', fromId: mapped.fromId, intoId: mapped.intoId, ...said }]
    case 'patient-left-out':
      return [{ type: 'gone', patientId: mapped.patientId, ...said }]
    case 'left-out':
      return mapped.sections.map(
        (section): ChartChange => ({
          type: 'remove',
          patientId: mapped.patientId,
          ...said,
          section,
          entryIds: [mapped.entryId],
        }),
      )
    case 'entry':
      return [upsertOf(mapped, said)]
    case 'absent':
    case 'appointment':
    case 'appointment-left-out':
    case 'not-used':
    case 'set-aside':
    case 'support':
    default:
      return []
  }
}

function upsertOf(mapped: Mapped & { type: 'entry' }, said: Said): ChartChange {
  const head = { type: 'upsert', patientId: mapped.patientId, ...said } as const
  switch (mapped.section) {
    case 'alerts':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'allergies':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'medications':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'problems':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'notes':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'pending':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'vitals':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'results':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'immunizations':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'procedures':
      return { ...head, section: mapped.section, entries: [mapped.entry] }
    case 'coverage':
    default:
      return { ...head, section: mapped.section, entries: [mapped.entry] }
  }
}
