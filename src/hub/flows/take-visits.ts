import type { Database } from '../../base/database.ts'
import { HOUR, type Instant } from '../../base/time.ts'
import { applyAppointmentChange } from '../../chart/apply-appointment.ts'
import type { AppointmentChange } from '../../chart/change.ts'
import type { Appointment } from '../../chart/chart.ts'
import { changesOfGroup, visitIdOf, visitsOfGroup, whoIn } from '../../chart/group-visits.ts'
import { isTooMuch, type Shrink } from '../../chart/losses.ts'
import { appointmentAfterMerge } from '../../chart/merge.ts'
import { survivorsOf } from '../../chart/merges/store.ts'
import {
  appointmentHash,
  appointmentsById,
  appointmentsHeldIn,
  appointmentsOfGroups,
  type EarlyChange,
  earlyChanges,
  forgetAppointments,
  holdAppointments,
  keepAppointments,
  keepEarly,
  visitCount,
} from '../../chart/visits/store.ts'
import { raiseShrink } from '../held/store.ts'
import { lossesSince, noteLosses } from '../held/waiting/store.ts'
import type { Taking } from './take-charts.ts'

const TOGETHER_MS = HOUR

type Window = { from: Instant; to: Instant }

/** Makes what is kept of this source in the window what it says now; gives how many were new, changed or taken out. */
export async function takeSchedule(
  db: Database,
  taking: Taking,
  window: Window,
  appointments: Appointment[],
): Promise<number> {
  const { sourceId } = taking
  const kept = await appointmentsHeldIn(db, sourceId, window)
  const before = new Map(kept.map((row) => [row.id, row]))
  const led = await ledToSurvivors(db, sourceId, appointments)
  const changed = led.filter((one) => {
    const row = before.get(one.id)
    return row === undefined || row.heldId !== undefined || row.hash !== appointmentHash(one)
  })
  const now = new Set(appointments.map((one) => one.id))
  const gone = kept.filter(({ id, heldId }) => !now.has(id) && heldId === undefined).map(({ id }) => id)
  return (await keepAppointments(db, changed)) + (await takeOut(db, taking, gone, kept.length))
}

/** Applies single changes; what is said of a visit that nobody has described yet is remembered for it. */
export async function takeAppointments(
  db: Database,
  taking: Taking,
  window: Window,
  changes: readonly AppointmentChange[],
): Promise<number> {
  const { sourceId } = taking
  const ids = [...new Set(changes.flatMap(idsOf))]
  const numbers = [...new Set(changes.flatMap((change) => (change.group === undefined ? [] : visitIdOf(change))))]
  const held: Map<string, Appointment | undefined> = await appointmentsById(db, sourceId, ids)
  for (const visit of await appointmentsOfGroups(db, sourceId, numbers)) held.set(visit.id, visit)
  const before = new Map(held)
  const early = await earlyChanges(db, sourceId, ids)
  const unknown: EarlyChange[] = []
  const nameless = new Map<string, Appointment>()
  const remember = (change: EarlyChange) => {
    unknown.push(change)
    early.set(change.appointmentId, [...(early.get(change.appointmentId) ?? []), change])
  }
  const take = (change: AppointmentChange) => {
    const id = visitIdOf(change)
    if (change.type === 'appointment') joinGroup(held, nameless, change.appointment)
    const there = held.get(id)
    // Also that a visit is gone is remembered: its booking may come late, a second time.
    if (change.type !== 'appointment' && (there === undefined || change.type === 'appointment-gone')) remember(change)
    // A booking is told again by what was said of it before it came, if that is newer.
    const told = there === undefined && change.type === 'appointment' ? saidBefore(change.appointment, early) : []
    held.set(
      id,
      told.reduce((so, one) => applyAppointmentChange(so, one), applyAppointmentChange(there, change)),
    )
  }
  for (const change of changes) {
    const members = change.group === undefined ? [] : visitsOfGroup(held.values(), visitIdOf(change))
    // What is said of a whole group holds for those of its patients too whose booking is still to come.
    if (members.length > 0 && change.type !== 'appointment' && change.group?.patientId === undefined) remember(change)
    changesOfGroup(change, members).forEach(take)
  }
  await keepEarly(db, unknown)
  const led = await ledToSurvivors(
    db,
    sourceId,
    [...held.values()].flatMap((appointment) => appointment ?? []),
  )
  const gone = [...held.keys()].filter((id) => held.get(id) === undefined && before.get(id) !== undefined)
  const kept = await keepAppointments(db, led)
  // What goes on as the visits of a group is no loss.
  const groups = new Set(led.flatMap(({ groupId }) => groupId ?? []))
  const lost = gone.filter((id) => !groups.has(id))
  const parted =
    kept +
    (await forgetAppointments(
      db,
      sourceId,
      gone.filter((id) => groups.has(id)),
    ))
  return lost.length === 0 ? parted : parted + (await takeOut(db, taking, lost, await visitCount(db, sourceId, window)))
}

/** Visits that are no longer in their source go, or are held back where too many would go at once. */
async function takeOut(db: Database, taking: Taking, gone: string[], of: number): Promise<number> {
  if (gone.length === 0) return 0
  const { sourceId, now } = taking
  const past = (await lossesSince(db, sourceId, now - TOGETHER_MS)).filter(({ what }) => what === 'visits')
  const shrink: Shrink = {
    what: 'visits',
    charts: gone.length + past.length,
    entries: gone.length + past.length,
    of: of + past.length,
    emptied: 0,
    filled: 0,
  }
  if (isTooMuch(shrink)) {
    await holdAppointments(db, sourceId, gone, await raiseShrink(db, sourceId, [shrink], now))
    return 0
  }
  await noteLosses(
    db,
    sourceId,
    gone.map((id) => ({ what: 'visits', id, entries: 1, emptied: true })),
    now,
  )
  return forgetAppointments(db, sourceId, gone)
}

/** A visit under a number that was merged into another is the survivor's. */
async function ledToSurvivors(db: Database, sourceId: string, appointments: Appointment[]): Promise<Appointment[]> {
  const survivors = await survivorsOf(db, sourceId, [
    ...new Set(appointments.flatMap(({ patientId }) => patientId ?? [])),
  ])
  if (survivors.size === 0) return appointments
  return appointments.map((appointment) => {
    const intoId = survivors.get(appointment.patientId ?? '')
    return intoId === undefined
      ? appointment
      : appointmentAfterMerge(appointment, { fromId: appointment.patientId ?? '', intoId })
  })
}

/** What was told of a group's number before its booking came, of one patient or of nobody in particular, is of the group's visits from then on. */
function joinGroup(
  held: Map<string, Appointment | undefined>,
  nameless: Map<string, Appointment>,
  booking: Appointment,
): void {
  const { id, groupId, patientId } = booking
  if (groupId === undefined) return
  const alone = held.get(groupId) ?? nameless.get(groupId)
  if (alone === undefined || (alone.patientId !== undefined && alone.patientId !== patientId)) return
  if (alone.patientId === undefined) nameless.set(groupId, alone)
  held.set(groupId, undefined)
  if (held.get(id) === undefined) held.set(id, { ...alone, ...whoIn(booking), id, groupId })
}

function idsOf(change: AppointmentChange): string[] {
  const groupId = change.type === 'appointment' ? change.appointment.groupId : undefined
  return [visitIdOf(change), ...(groupId === undefined ? [] : [groupId])]
}

/** What was said of this visit, or of its whole group, before it was booked; oldest first. */
function saidBefore({ id, groupId }: Appointment, early: ReadonlyMap<string, EarlyChange[]>): EarlyChange[] {
  const ofGroup = groupId === undefined ? [] : (early.get(groupId) ?? [])
  const ofAll = ofGroup.filter(({ group }) => group !== undefined && group.patientId === undefined)
  return [...(early.get(id) ?? []), ...ofAll].toSorted((a, b) => a.at - b.at)
}
