import type { Instant } from '../../src/base/time.ts'
import { type Day, instantAt } from '../../src/base/zone.ts'
import { alertsOf, allergiesOf, medicationsOf, problemsOf, proceduresOf, rowId } from './clinical.ts'
import { immunizationsOf, insuranceOf, patientRowOf } from './desk.ts'
import { type Identity, identityOf } from './identity.ts'
import { notesOf, ordersOf, resultsOf, vitalsOf } from './measured.ts'
import type { ListReviewRow, PatientRecord } from './rows.ts'
import { PRACTICE_ZONE } from './sites.ts'
import { type Staff, staffOf } from './staff.ts'

/**
 * Harbor Valley Medical Group, which does not exist: 80 physicians at 6 sites and any number of patients, all of it decided by `seed`. What
 * happened lately is laid out backwards from `today`. Nothing is kept: every patient and every day is made when asked for.
 */
export type Practice = {
  seed: number
  patients: number
  today: Day
  zone: string
  staff: Staff
  /** Noon of `today` at the practice. */
  now: Instant
}

export type PracticeOptions = { patients?: number; seed?: number; today?: Day }

/** Where nobody says otherwise: the same practice on every machine. */
const USUAL = { patients: 20_000, seed: 7, today: '2026-11-23' } as const

export function practiceOf(options: PracticeOptions = {}): Practice {
  const { patients, seed, today } = { ...USUAL, ...options }
  return {
    seed,
    patients,
    today,
    zone: PRACTICE_ZONE,
    staff: staffOf(seed),
    now: instantAt(today, '12:00', PRACTICE_ZONE),
  }
}

export function patientOf(practice: Practice, id: number): Identity {
  return identityOf(practice.seed, id, practice.staff.physicians)
}

/** Every row of one patient. About 0.05 ms. */
export function recordOf(practice: Practice, id: number): PatientRecord {
  const { seed, today, now } = practice
  const who = patientOf(practice, id)
  const born = Date.parse(`${who.bornOn}T23:00:00Z`)
  const since = (day: string | null): boolean => day === null || day >= who.bornOn.slice(0, day.length)
  const allergies = allergiesOf(seed, who)
  const problem = problemsOf(seed, who, today).map((row) => (since(row.onset) ? row : { ...row, onset: null }))
  const medication = medicationsOf(seed, who, today).filter((row) => since(row.started_on))
  const immunization = immunizationsOf(seed, who, today).filter((row) => since(row.given_on))
  const review = (list_name: ListReviewRow['list_name'], outcome: ListReviewRow['outcome']): ListReviewRow => ({
    patient_id: id,
    list_name,
    outcome,
    reviewed_at: outcome === 'not asked' ? null : now - ((id * 7) % 300) * 86_400_000,
  })
  return {
    patient: patientRowOf(seed, who, practice.staff.physicians),
    former_name: who.former.map((name, nth) => ({
      former_name_id: rowId(id, nth),
      patient_id: id,
      family_name: name.family,
      given_names: name.given.join(' '),
    })),
    list_review: [
      ...(allergies.outcome === undefined ? [] : [review('allergies', allergies.outcome)]),
      review('medications', medication.length > 0 ? 'listed' : id % 17 === 0 ? 'not asked' : 'none known'),
      review('problems', problem.length > 0 ? 'listed' : id % 19 === 0 ? 'not asked' : 'none known'),
      review('immunizations', immunization.length > 0 ? 'listed' : 'not asked'),
    ],
    chart_alert: alertsOf(seed, who),
    allergy: allergies.rows,
    problem,
    medication,
    visit_note: notesOf(seed, who, now).filter((row) => row.written_at > born),
    test_order: ordersOf(seed, who, now).filter((row) => (row.ordered_at ?? now) > born),
    test_result: resultsOf(seed, who, now).filter((row) => row.resulted_at > born),
    vitals: vitalsOf(seed, who, now).filter((row) => row.taken_at > born),
    immunization,
    procedure_done: proceduresOf(seed, who, today).filter((row) => since(row.done_on)),
    insurance: insuranceOf(seed, who, today),
  }
}
