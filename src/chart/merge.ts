import { canonicalJson } from '../base/hash.ts'
import type { Instant } from '../base/time.ts'
import { entriesOf, newestFirst } from './apply-section.ts'
import type { Appointment, Chart, Patient, Section } from './chart.ts'
import { inOrder } from './heard.ts'
import { formerNames } from './name.ts'

type Merge = { fromId: string; intoId: string; sourceId: string; at: Instant }

/**
 * Two charts of one person become one: the entries of `from` move, its name becomes a former name, and what `into` does not say is taken from
 * `from`. Nothing clinical is dropped: of two entries with one id and different words both stay. Either's restriction holds.
 */
export function mergedCharts(from: Chart, into: Chart | undefined, merge: Merge): Chart {
  if (into === undefined) return { ...from, patient: { ...from.patient, id: merge.intoId } }
  const merged = <E extends { id: string }>(moved: Section<E>, there: Section<E>): Section<E> =>
    mergedSection(from.patient.id, moved, there)
  return {
    ...into,
    alerts: merged(from.alerts, into.alerts),
    allergies: merged(from.allergies, into.allergies),
    medications: merged(from.medications, into.medications),
    problems: merged(from.problems, into.problems),
    notes: merged(from.notes, into.notes),
    pending: merged(from.pending, into.pending),
    vitals: merged(from.vitals, into.vitals),
    results: merged(from.results, into.results),
    immunizations: merged(from.immunizations, into.immunizations),
    procedures: merged(from.procedures, into.procedures),
    coverage: merged(from.coverage, into.coverage),
    patient: filledPatient(from.patient, into.patient),
    restriction: into.restriction === 'none' ? from.restriction : into.restriction,
    asOf: into.sourceId === merge.sourceId ? Math.max(into.asOf, merge.at) : into.asOf,
    ...(into.heard === undefined ? {} : { heard: inOrder({ ...saidOfEntries(from), ...into.heard }) }),
  }
}

/** The appointment under the chart that its patient's chart was merged into. */
export function appointmentAfterMerge(appointment: Appointment, merge: Pick<Merge, 'fromId' | 'intoId'>): Appointment {
  return appointment.patientId === merge.fromId ? { ...appointment, patientId: merge.intoId } : appointment
}

function mergedSection<E extends { id: string }>(fromId: string, from: Section<E>, into: Section<E>): Section<E> {
  const moved = entriesOf(from)
  if (moved.length === 0) return surer(from, into)
  const entries = new Map(entriesOf(into).map((entry) => [entry.id, entry]))
  for (const entry of moved) {
    const there = entries.get(entry.id)
    if (there === undefined) entries.set(entry.id, entry)
    else if (canonicalJson(there) !== canonicalJson(entry)) {
      const id = `${fromId}/${entry.id}`
      entries.set(id, { ...entry, id })
    }
  }
  return { status: 'listed', entries: newestFirst([...entries.values()]) }
}

/** Of two lists without entries in `from`, the one that says more. */
function surer<E>(from: Section<E>, into: Section<E>): Section<E> {
  if (into.status === 'listed' || into.status === 'none-known') return into
  if (from.status === 'none-known' || into.status === 'not-received') return from
  return into
}

/** `into`, with what it does not say taken from `from`, whose name stays findable. */
export function filledPatient(from: Patient, into: Patient): Patient {
  const filled = { ...from, ...withoutGaps(into) }
  const name = into.name.family === '' ? from.name : into.name
  return { ...filled, name, formerNames: formerNames(name, [...into.formerNames, ...from.formerNames, from.name]) }
}

function withoutGaps(patient: Patient): Partial<Patient> {
  const said = Object.entries(patient).filter(
    ([field, value]) =>
      value !== undefined &&
      value !== '' &&
      !(Array.isArray(value) && value.length === 0) &&
      !(field === 'sex' && value === 'unknown'),
  )
  return Object.fromEntries(said)
}

function saidOfEntries(chart: Chart): { [part: string]: Instant } {
  return Object.fromEntries(
    Object.entries(chart.heard ?? {}).filter(([part]) => part.includes('/') && !part.startsWith('patient/')),
  )
}
