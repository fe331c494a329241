import type { Instant } from '../../base/time.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import { isObject, type Json, objectIn, textIn } from '../../chart/fhir/json.ts'
import type { Mapped } from '../../chart/fhir/mapped.ts'
import type { SourcePart } from '../ehr.ts'
import { paramsOf } from './asks.ts'
import { PATIENT_PARAMS } from './complete-search.ts'
import { progressFrom, type Standing } from './cursor.ts'
import { fetchNoteText } from './note-text.ts'
import { readChart, readSection } from './one-patient.ts'
import { stateKey } from './page.ts'
import { mapAll, type Reading, timeThere } from './reading.ts'
import { APPOINTMENT_PARAMS, inWindow, isCanary, rememberGroups } from './schedule.ts'
import { searchAll } from './search.ts'
import type { Params } from './server.ts'
import { tell } from './told.ts'

/** Beyond this many patients changed in one poll, somebody moved the whole panel: demographics are told, and a complete reading is due. */
const MOST_CHARTS_IN_A_POLL = 100

/** Everything changed since the last reading: patients first, then what belongs to them. Moves `standing` on. */
export async function* pollCharts(reading: Reading, standing: Standing): AsyncGenerator<SourcePart> {
  const met = { charts: 0 }
  for await (const resources of changed(reading, standing, 'Patient', 'Patient', PATIENT_PARAMS)) {
    yield* tellPatients(reading, standing, resources, met)
  }
  for (const ask of reading.capability.asks) {
    const params = paramsOf(ask, reading.server.config, reading.asOf, false)
    for await (const resources of changed(reading, standing, ask.key, ask.resourceType, params)) {
      yield* tellEntries(reading, resources)
    }
  }
}

/** What changed resources other than patients mean for charts. */
async function* tellEntries(reading: Reading, resources: unknown[]): AsyncGenerator<SourcePart> {
  const { mapped, aside } = await mapAll(reading, resources)
  yield* aside
  await fillNotes(reading, mapped)
  const told = tell(reading, mapped)
  if (told.changes.length > 0) yield { type: 'charts', changes: told.changes }
  for (const [patientId, sections] of told.reread) {
    for (const [section, expected] of sections) {
      const again = await readSection(reading, patientId, section, expected)
      yield* again.aside
      yield { type: 'charts', changes: [again.change] }
    }
  }
}

/** Appointments changed since the last reading. One that has left the window is gone from it. */
export async function* pollAppointments(reading: Reading, standing: Standing): AsyncGenerator<SourcePart> {
  for await (const resources of changed(reading, standing, 'Appointment', 'Appointment', APPOINTMENT_PARAMS)) {
    await reading.directory.fetchFor(resources, reading.capability, reading.signal)
    const changes: AppointmentChange[] = []
    for (const resource of resources) {
      if (isCanary(reading, resource)) continue
      const { mapped, aside } = await mapAll(reading, [resource])
      yield* aside
      changes.push(...appointmentChanges(reading, standing, resource, mapped))
    }
    if (changes.length > 0) yield { type: 'appointments', changes }
  }
}

/** What one Appointment's change means: also for the lines of its group that it no longer has. */
function appointmentChanges(
  reading: Reading,
  standing: Standing,
  resource: unknown,
  mapped: Mapped[],
): AppointmentChange[] {
  const said = { sourceId: reading.context.sourceId, at: reading.asOf }
  const id = isObject(resource) ? (textIn(resource, 'id') ?? '') : ''
  const coming = mapped.flatMap((one) =>
    one.type === 'appointment' && inWindow(one.appointment, reading.window) ? [one.appointment] : [],
  )
  const told = mapped.flatMap((one) =>
    one.type === 'appointment' ? [one.appointment.id] : one.type === 'appointment-left-out' ? [one.appointmentId] : [],
  )
  // What could not be understood takes nothing away.
  const before = told.length === 0 ? [] : (standing.groups[id] ?? [])
  const gone = new Set([...before, ...told])
  for (const { id: line } of coming) gone.delete(line)
  if (told.length > 0) rememberGroups(standing, id, coming)
  return [
    ...[...gone].map((appointmentId) => ({ type: 'appointment-gone' as const, appointmentId, ...said })),
    ...coming.map((appointment) => ({ type: 'appointment' as const, appointment })),
  ]
}

/** What changed patients mean. `met` counts the whole charts that were read in this poll. */
async function* tellPatients(
  reading: Reading,
  standing: Standing,
  resources: unknown[],
  met: { charts: number },
): AsyncGenerator<SourcePart> {
  const said = { sourceId: reading.context.sourceId, at: reading.asOf }
  const { mapped, aside } = await mapAll(reading, resources)
  yield* aside
  const versions = new Map(resources.filter(isObject).map((resource) => [resource.id, versionOf(resource)]))
  for (const one of mapped) {
    if (one.type === 'merged') {
      const { fromId, intoId } = one
      yield { type: 'charts', changes: [{ type: 'merge', fromId, intoId, ...said }] }
    } else if (one.type === 'patient') {
      const { patient, restriction } = one
      // Only the first version of a record is surely new to us; a server that does not number versions leaves it open.
      const maybeNew = versions.get(patient.id) === 1 || versions.get(patient.id) === undefined
      if (maybeNew && met.charts < MOST_CHARTS_IN_A_POLL) {
        met.charts++
        const whole = await readChart(reading, patient, restriction)
        yield* whole.aside
        yield { type: 'charts', changes: [whole.change] }
      } else {
        if (maybeNew) standing.completeAt = 0
        const change: ChartChange = { type: 'patient', patientId: patient.id, ...said, patient, restriction }
        yield { type: 'charts', changes: [change] }
      }
    }
  }
}

/** What was changed since we asked last, without what was met in the overlap already. */
async function* changed(
  reading: Reading,
  standing: Standing,
  key: string,
  resourceType: string,
  params: Params,
): AsyncGenerator<unknown[]> {
  const { server, signal } = reading
  const before = standing.asks[key]
  const progress = progressFrom(before, timeThere(reading), server.config.overlapMs)
  const from: Instant | undefined = before === undefined ? undefined : before.since - server.config.overlapMs
  const known = new Set(before?.seen)
  for await (const { fresh } of searchAll(server, { resourceType, params, from, signal })) {
    const news = fresh.filter((resource) => !known.has(stateKey(resource) ?? ''))
    if (news.length > 0) yield news
    progress.take(fresh)
  }
  standing.asks[key] = progress.state()
}

/** Puts the text into notes that the server keeps elsewhere. */
export async function fillNotes(reading: Reading, mapped: Mapped[]): Promise<void> {
  if (reading.server.config.noteTexts === 0) return
  for (const one of mapped) {
    if (one.type !== 'entry' || one.section !== 'notes' || one.elsewhere === undefined) continue
    const text = await fetchNoteText(reading, one.elsewhere)
    if (text !== undefined && text !== '') one.entry.text = text
  }
}

function versionOf(resource: Json): number | undefined {
  const version = textIn(objectIn(resource, 'meta'), 'versionId')
  return version !== undefined && /^\d{1,9}$/.test(version) ? Number(version) : undefined
}
