import { Failure } from '../../base/failure.ts'
import type { Appointment } from '../../chart/chart.ts'
import { isObject, textIn } from '../../chart/fhir/json.ts'
import type { SourcePart } from '../ehr.ts'
import { APPOINTMENT_ELEMENTS } from './asks.ts'
import { type AskState, progressFrom, type Standing } from './cursor.ts'
import { mapAll, type Reading, timeThere } from './reading.ts'
import { Refused } from './refusal.ts'
import { searchAll } from './search.ts'
import type { Params } from './server.ts'

export const APPOINTMENT_PARAMS: Params = [['_elements', APPOINTMENT_ELEMENTS.join(',')]]
/** A window that held this many appointments a moment ago and holds none now is not believed: filters and rights fail in this way. */
const TOO_MANY_TO_VANISH = 20

export type ScheduleRead = {
  parts: SourcePart[]
  state: AskState | undefined
  count: number
  patientIds: Set<string>
  groups: Standing['groups']
}

/** Every appointment of the window. */
export async function readSchedule(reading: Reading, countBefore: number): Promise<ScheduleRead> {
  const { server, window, signal } = reading
  // Nobody asked is not nobody comes: without appointments there is no schedule to tell.
  if (!reading.capability.offers('Appointment')) {
    return { parts: [], state: undefined, count: 0, patientIds: new Set(), groups: {} }
  }
  const progress = progressFrom(undefined, timeThere(reading), server.config.overlapMs)
  const params: Params = [
    ['date', `ge${new Date(window.from).toISOString()}`],
    ['date', `lt${new Date(window.to).toISOString()}`],
    ...APPOINTMENT_PARAMS,
  ]
  const byResource = new Map<string, Appointment[]>()
  const parts: SourcePart[] = []
  for await (const { fresh } of searchAll(server, { resourceType: 'Appointment', params, from: undefined, signal })) {
    await reading.directory.fetchFor(fresh, reading.capability, signal)
    for (const resource of fresh.filter((one) => !isCanary(reading, one))) {
      const { mapped, aside } = await mapAll(reading, [resource])
      parts.push(...aside)
      // Met twice, it was changed between two pages: the later state counts, also when it has left the window.
      const id = isObject(resource) ? textIn(resource, 'id') : undefined
      const lines = mapped.flatMap((one) =>
        one.type === 'appointment' && inWindow(one.appointment, window) ? [one.appointment] : [],
      )
      if (id !== undefined) byResource.set(id, lines)
    }
    progress.take(fresh)
  }
  const appointments = [...byResource.values()].flat()
  if (appointments.length === 0 && countBefore >= TOO_MANY_TO_VANISH) {
    throw new Failure(
      'transient',
      `The FHIR server tells of no appointment at all where it told of ${countBefore} before; that is not believed. What was read before stays. If the schedule is empty indeed, begin anew with this source.`,
    )
  }
  parts.push({ type: 'schedule', window, appointments })
  const patientIds = new Set(appointments.flatMap(({ patientId }) => patientId ?? []))
  const groups = Object.fromEntries(
    [...byResource].filter(([, lines]) => lines.length > 1).map(([id, lines]) => [id, lines.map((line) => line.id)]),
  )
  return { parts, state: progress.state(), count: appointments.length, patientIds, groups }
}

/** Keeps the lines of a group visit, so that those who leave it are known when it changes. */
export function rememberGroups(standing: Standing, id: string, lines: Appointment[]): void {
  if (lines.length > 1) standing.groups[id] = lines.map((line) => line.id)
  else delete standing.groups[id]
}

export function inWindow({ start }: Appointment, { from, to }: Reading['window']): boolean {
  return start >= from && start < to
}

export function isCanary({ server }: Reading, resource: unknown): boolean {
  const id = server.config.canaryAppointmentId
  return id !== undefined && isObject(resource) && resource.id === id
}

/** The stamp that stands in the canary appointment's description: an instant, as ISO 8601 or in milliseconds. */
export async function readCanary(reading: Reading): Promise<SourcePart[]> {
  const { server, signal } = reading
  const id = server.config.canaryAppointmentId
  if (id === undefined || !reading.capability.offers('Appointment')) return []
  try {
    const resource = await server.ask(`Appointment/${encodeURIComponent(id)}`, [], signal)
    const words = textIn(resource, 'description') ?? textIn(resource, 'comment') ?? ''
    const iso = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/.exec(words)?.[0]
    const stamp = iso === undefined ? Number(/\b\d{13}\b/.exec(words)?.[0]) : Date.parse(iso)
    return Number.isFinite(stamp) ? [{ type: 'canary', stamp }] : []
  } catch (thrown) {
    if (thrown instanceof Refused && (thrown.status === 404 || thrown.status === 410)) return []
    throw thrown
  }
}
