import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import type { AppointmentChange } from '../change.ts'
import type { Appointment } from '../chart.ts'

/**
 * Appointments as last read, under their source's own ids. What is published names the person's chart, and has an id that no other source's
 * appointment has.
 */
const BATCH = 1000

/** Keeps single appointments that say something new; gives how many. */
export async function keepAppointments(db: Database, appointments: Appointment[]): Promise<number> {
  let changed = 0
  for (let from = 0; from < appointments.length; from += BATCH) {
    const batch = appointments.slice(from, from + BATCH)
    const done = await sql`
      INSERT INTO appointment (id, source_id, location_id, starts_at, content_hash, body)
      SELECT * FROM unnest(
        ${batch.map((one) => one.id)}::text[], ${batch.map((one) => one.sourceId)}::text[],
        ${batch.map((one) => one.locationId)}::text[], ${batch.map((one) => one.start)}::bigint[],
        ${batch.map((one) => appointmentHash(one))}::text[], ${batch.map((one) => JSON.stringify(one))}::jsonb[])
      ON CONFLICT (source_id, id) DO UPDATE SET location_id = excluded.location_id, starts_at = excluded.starts_at,
        content_hash = excluded.content_hash, body = excluded.body, held_id = NULL
      WHERE appointment.content_hash IS DISTINCT FROM excluded.content_hash OR appointment.held_id IS NOT NULL`.execute(
      db,
    )
    changed += Number(done.numAffectedRows ?? 0n)
  }
  return changed
}

export async function forgetAppointments(db: Database, sourceId: string, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0
  const done = await sql`DELETE FROM appointment WHERE source_id = ${sourceId} AND id = ANY(${ids}::text[])`.execute(db)
  return Number(done.numAffectedRows ?? 0n)
}

/** Keeps appointments that the source's newest answer no longer has, marked as held back. */
export async function holdAppointments(db: Database, sourceId: string, ids: string[], heldId: string): Promise<void> {
  if (ids.length === 0) return
  await sql`UPDATE appointment SET held_id = ${heldId} WHERE source_id = ${sourceId} AND id = ANY(${ids}::text[])`.execute(
    db,
  )
}

export async function heldAppointments(db: Database, heldId: string): Promise<Appointment[]> {
  const { rows } = await sql<{ body: Appointment }>`
    SELECT body FROM appointment WHERE held_id = ${heldId} ORDER BY id`.execute(db)
  return rows.map((row) => row.body)
}

export type InWindow = { id: string; hash: string; heldId: string | undefined }

/** What is kept of this source in [from, to). */
export async function appointmentsHeldIn(
  db: Database,
  sourceId: string,
  window: { from: Instant; to: Instant },
): Promise<InWindow[]> {
  const { rows } = await sql<{ id: string; content_hash: string; held_id: string | null }>`
    SELECT id, content_hash, held_id FROM appointment
    WHERE source_id = ${sourceId} AND starts_at >= ${window.from} AND starts_at < ${window.to}`.execute(db)
  return rows.map((row) => ({ id: row.id, hash: row.content_hash, heldId: row.held_id ?? undefined }))
}

/** Of the appointments of this source, how many start in [from, to). */
export async function visitCount(
  db: Database,
  sourceId: string,
  window: { from: Instant; to: Instant },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM appointment
    WHERE source_id = ${sourceId} AND starts_at >= ${window.from} AND starts_at < ${window.to}`.execute(db)
  return rows[0]?.count ?? 0
}

/** As published: the chart of the person, an id of its own, and whether it is held back. Records without a chart keep their own id, qualified. */
const PUBLISHED = sql`
  a.body || jsonb_build_object('id', CASE WHEN strpos(a.id, '~') > 0 OR EXISTS (
      SELECT 1 FROM appointment b LEFT JOIN record_source bs ON bs.source_id = b.source_id
      WHERE b.id = a.id AND b.source_id <> a.source_id
        AND (coalesce(bs.rank, 1000), b.source_id) < (coalesce(s.rank, 1000), a.source_id))
    THEN a.source_id || '~' || a.id ELSE a.id END)
  || CASE WHEN a.body ->> 'patientId' IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('patientId', coalesce(c.person_id,
      CASE WHEN strpos(a.body ->> 'patientId', '~') > 0
          OR EXISTS (SELECT 1 FROM panel_chart WHERE person_id = a.body ->> 'patientId')
        THEN a.source_id || '~' || (a.body ->> 'patientId') ELSE a.body ->> 'patientId' END)) END
  || CASE WHEN a.held_id IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('heldBack', true) END AS body`

/** Appointments of these locations that start in [from, to), by start; every location when `locationIds` is 'all'. */
export async function appointmentsIn(
  db: Database,
  locationIds: string[] | 'all',
  from: Instant,
  to: Instant,
): Promise<Appointment[]> {
  if (locationIds !== 'all' && locationIds.length === 0) return []
  const places = locationIds === 'all' ? null : locationIds
  const { rows } = await sql<{ body: Appointment }>`
    SELECT ${PUBLISHED} FROM appointment a
      LEFT JOIN record_source s ON s.source_id = a.source_id
      LEFT JOIN chart c ON c.source_id = a.source_id AND c.patient_id = a.body ->> 'patientId'
    WHERE a.starts_at >= ${from} AND a.starts_at < ${to} AND (${places}::text[] IS NULL OR a.location_id = ANY(${places}::text[]))
    ORDER BY a.starts_at, a.id, a.source_id`.execute(db)
  return rows.map((row) => row.body)
}

export async function appointmentsById(
  db: Database,
  sourceId: string,
  ids: string[],
): Promise<Map<string, Appointment>> {
  const rows = await sql<{ id: string; body: Appointment }>`
    SELECT id, body FROM appointment WHERE source_id = ${sourceId} AND id = ANY(${ids}::text[])`.execute(db)
  return new Map(rows.rows.map((row) => [row.id, row.body]))
}

export async function appointmentsOfPatient(db: Database, sourceId: string, patientId: string): Promise<Appointment[]> {
  const rows = await sql<{ body: Appointment }>`
    SELECT body FROM appointment WHERE source_id = ${sourceId} AND body->>'patientId' = ${patientId} ORDER BY starts_at`.execute(
    db,
  )
  return rows.rows.map((row) => row.body)
}

/** The places that appointments (of one source) name, with how many each has from `from` on: what a site may claim. */
export async function locationsSeen(
  db: Database,
  from: Instant,
  sourceId?: string,
): Promise<{ locationId: string; appointments: number }[]> {
  const { rows } = await sql<{ locationId: string; appointments: number }>`
    SELECT location_id AS "locationId", count(*) AS appointments FROM appointment
    WHERE starts_at >= ${from} AND (${sourceId ?? null}::text IS NULL OR source_id = ${sourceId ?? null})
    GROUP BY location_id ORDER BY location_id`.execute(db)
  return rows
}

/** How many appointments each place has in [from, to), those that were cancelled left out. */
export async function appointmentCounts(db: Database, from: Instant, to: Instant): Promise<Map<string, number>> {
  const found = await sql<{ place: string; count: number }>`
    SELECT location_id AS place, count(*) AS count FROM appointment
    WHERE starts_at >= ${from} AND starts_at < ${to} AND body->>'status' <> 'cancelled' GROUP BY location_id`.execute(
    db,
  )
  return new Map(found.rows.map((row) => [row.place, row.count]))
}

/** Remembers what was said of an appointment that nobody has described yet: a cancellation may overtake its booking. */
export async function keepEarly(db: Database, changes: readonly EarlyChange[]): Promise<void> {
  for (const change of changes)
    await sql`INSERT INTO appointment_early (source_id, id, at, change)
      VALUES (${change.sourceId}, ${change.appointmentId}, ${change.at}, ${JSON.stringify(change)}::jsonb)
      ON CONFLICT (source_id, id, at) DO UPDATE SET change = excluded.change`.execute(db)
}

export type EarlyChange = Exclude<AppointmentChange, { type: 'appointment' }>

/** What was said early of these appointments, oldest first. */
export async function earlyChanges(
  db: Database,
  sourceId: string,
  ids: readonly string[],
): Promise<Map<string, EarlyChange[]>> {
  const { rows } = await sql<{ id: string; change: EarlyChange }>`
    SELECT id, change FROM appointment_early WHERE source_id = ${sourceId} AND id = ANY(${[...ids]}::text[])
    ORDER BY at`.execute(db)
  const found = new Map<string, EarlyChange[]>()
  for (const { id, change } of rows) found.set(id, [...(found.get(id) ?? []), change])
  return found
}

export async function forgetEarlyBefore(db: Database, before: Instant): Promise<void> {
  await sql`DELETE FROM appointment_early WHERE at < ${before}`.execute(db)
}

export function appointmentHash(appointment: Appointment): string {
  return sha256Hex(JSON.stringify({ ...appointment, asOf: 0 }))
}
