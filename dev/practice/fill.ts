import type pg from 'pg'
import type { Instant } from '../../src/base/time.ts'
import { type Practice, recordOf } from './practice.ts'
import type { PatientRecord } from './rows.ts'
import { bookDays, dayBook } from './schedule.ts'
import { PHARMACIES, PRACTICE_STATE, PRACTICE_ZONE, SITES } from './sites.ts'

/** How far the filling is: patients and days of the book, done and of how many. */
export type FillProgress = { patients: number; ofPatients: number; days: number; ofDays: number; todayReady: boolean }

export type FillOptions = {
  now: Instant
  progress?: (at: FillProgress) => void
  /** Once today is there, the rest waits for this. */
  rest?: Promise<unknown>
  signal?: AbortSignal
}

const BATCH = 400

/** Columns that hold instants; everything else goes as it stands. */
const INSTANTS: Record<string, string[]> = {
  list_review: ['reviewed_at'],
  visit_note: ['written_at', 'signed_at'],
  test_order: ['ordered_at'],
  test_result: ['resulted_at'],
  vitals: ['taken_at'],
  appointment: ['starts_at'],
}

/**
 * Fills the EHR's database: today's patients and today's book first, so that pages are worth looking at within seconds, then everybody
 * else, then the other days. What is there already stays as it is, so a filling that was broken off goes on where it was, and a sample that
 * is started a week later gets the days that it lacks.
 */
export async function fillPractice(client: pg.Client, practice: Practice, options: FillOptions): Promise<void> {
  const { now, progress, signal } = options
  await client.query('SET synchronous_commit = off')
  await fillHouse(client, practice)
  const known = new Set(
    (await client.query<{ id: number }>('SELECT patient_id AS id FROM patient')).rows.map((row) => row.id),
  )
  const days = bookDays(practice.today)
  const at: FillProgress = {
    patients: known.size,
    ofPatients: practice.patients,
    days: 0,
    ofDays: days.length,
    todayReady: false,
  }

  const fillPatients = async (ids: number[]): Promise<void> => {
    const wanted = ids.filter((id) => !known.has(id))
    for (let from = 0; from < wanted.length; from += BATCH) {
      signal?.throwIfAborted()
      const batch = wanted.slice(from, from + BATCH)
      await insertRecords(
        client,
        batch.map((id) => recordOf(practice, id)),
      )
      for (const id of batch) known.add(id)
      at.patients = known.size
      progress?.(at)
    }
  }
  const fillDay = async (day: string): Promise<void> => {
    signal?.throwIfAborted()
    const rows = dayBook(practice, day, now)
    await fillPatients(rows.flatMap((row) => row.patient_id ?? []))
    await insertRows(client, 'appointment', rows)
    at.days++
    progress?.(at)
  }

  await fillDay(practice.today)
  at.todayReady = true
  progress?.(at)
  await options.rest
  await fillPatients(Array.from({ length: practice.patients }, (_, nth) => nth + 1))
  for (const day of days) if (day !== practice.today) await fillDay(day)
  // The last commit takes the ones before it to the disk and to the standby.
  await client.query('SET synchronous_commit = on')
  await client.query('ANALYZE')
}

async function fillHouse(client: pg.Client, practice: Practice): Promise<void> {
  await insertRows(
    client,
    'site',
    SITES.map((site) => ({
      site_id: site.siteId,
      name: site.name,
      address_line: site.address,
      city: site.city,
      state: PRACTICE_STATE,
      postal_code: site.postalCode,
      phone: site.phone,
      time_zone: PRACTICE_ZONE,
      rooms: site.rooms,
    })),
  )
  await insertRows(
    client,
    'staff',
    practice.staff.all.map(({ staff_id, login, family_name, given_name, credential, job, specialty, site_id }) => ({
      staff_id,
      login,
      family_name,
      given_name,
      credential,
      job,
      specialty,
      site_id,
    })),
  )
  await insertRows(
    client,
    'pharmacy',
    PHARMACIES.map((pharmacy, nth) => ({ pharmacy_id: nth + 1, ...pharmacy })),
  )
}

/** A patient is there with every row or not at all. */
async function insertRecords(client: pg.Client, records: PatientRecord[]): Promise<void> {
  await client.query('BEGIN')
  try {
    await insertRows(
      client,
      'patient',
      records.map((record) => record.patient),
    )
    for (const table of [
      'former_name',
      'list_review',
      'chart_alert',
      'allergy',
      'problem',
      'medication',
      'visit_note',
      'test_order',
      'test_result',
      'vitals',
      'immunization',
      'procedure_done',
      'insurance',
    ] as const)
      await insertRows(
        client,
        table,
        records.flatMap((record): object[] => record[table]),
      )
    await client.query('COMMIT')
  } catch (thrown) {
    await client.query('ROLLBACK')
    throw thrown
  }
}

/** One statement for any number of rows; the names of the columns are those of the first row, the types are the table's own. */
export async function insertRows(client: pg.Client, table: string, rows: readonly object[]): Promise<void> {
  const first = rows[0]
  if (first === undefined) return
  const columns = Object.keys(first).join(', ')
  const instants = INSTANTS[table] ?? []
  const values = instants.length === 0 ? rows : rows.map((row) => withDates(row, instants))
  await client.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json) ON CONFLICT DO NOTHING`,
    [JSON.stringify(values)],
  )
}

function withDates(row: object, columns: string[]): object {
  const dated: Record<string, unknown> = { ...row }
  for (const column of columns) {
    const at = dated[column]
    if (typeof at === 'number') dated[column] = new Date(at).toISOString()
  }
  return dated
}
