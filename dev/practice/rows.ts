import type { Instant } from '../../src/base/time.ts'
import type { Day } from '../../src/base/zone.ts'

/** Rows of schema.sql, as the generator makes them: names of columns, instants in milliseconds. `null` is the database's null. */
export type StaffRow = {
  staff_id: number
  login: string
  family_name: string
  given_name: string
  credential: string | null
  job: 'physician' | 'nurse' | 'front desk' | 'billing' | 'it' | 'manager'
  specialty: string | null
  site_id: string
}

export type PatientRow = {
  patient_id: number
  mrn: string
  family_name: string
  given_names: string
  prefix: string | null
  suffix: string | null
  preferred_name: string | null
  birth_date: string | null
  sex: 'F' | 'M' | 'X' | 'U'
  phone_home: string | null
  phone_mobile: string | null
  phone_work: string | null
  address_line: string | null
  city: string | null
  state: string | null
  postal_code: string | null
  language: string | null
  interpreter_needed: boolean
  emergency_name: string | null
  emergency_relation: string | null
  emergency_phone: string | null
  primary_care_id: number | null
  pharmacy_id: number | null
  code_status: string | null
  balance_due_cents: number
  deceased: boolean
  restriction: 'none' | 'vip' | 'part2' | 'psychotherapy' | 'other'
}

type FormerNameRow = { former_name_id: number; patient_id: number; family_name: string; given_names: string }

export type ListReviewRow = {
  patient_id: number
  list_name: 'allergies' | 'medications' | 'problems' | 'immunizations'
  outcome: 'listed' | 'none known' | 'not asked'
  reviewed_at: Instant | null
}

export type AlertRow = {
  alert_id: number
  patient_id: number
  kind: 'isolation' | 'behaviour' | 'fall-risk' | 'safety' | 'administrative' | 'other'
  words: string
}

export type AllergyRow = {
  allergy_id: number
  patient_id: number
  substance: string
  snomed: string | null
  reaction: string | null
  criticality: 'low' | 'high' | 'unable-to-assess' | 'unknown'
  severity: 'mild' | 'moderate' | 'severe' | null
  verified: boolean
  onset: string | null
}

export type ProblemRow = {
  problem_id: number
  patient_id: number
  words: string
  icd10cm: string | null
  onset: string | null
  status: 'active' | 'recurrence' | 'remission' | 'resolved'
}

export type MedicationRow = {
  medication_id: number
  patient_id: number
  drug: string
  sig: string | null
  started_on: string | null
  prescriber_id: number | null
  last_refill_on: Day | null
  dea_schedule: string | null
  high_risk: 'anticoagulant' | 'insulin' | 'opioid' | 'other' | null
}

export type NoteRow = {
  note_id: number
  patient_id: number
  author_id: number
  kind: string
  written_at: Instant
  assessment_plan: string
  signed_at: Instant | null
}

export type OrderRow = {
  order_id: number
  patient_id: number
  kind: 'lab' | 'imaging' | 'referral' | 'procedure' | 'follow-up' | 'other'
  words: string
  loinc: string | null
  ordered_by: number | null
  ordered_at: Instant | null
  status: 'ordered' | 'collected' | 'resulted-unread' | 'overdue' | 'done' | 'cancelled'
}

export type ResultRow = {
  result_id: number
  patient_id: number
  order_id: number | null
  test_name: string
  loinc: string
  value: string
  unit: string | null
  reference_range: string | null
  flag: 'low' | 'high' | 'critical-low' | 'critical-high' | 'abnormal' | null
  status: 'preliminary' | 'final' | 'corrected'
  resulted_at: Instant
}

export type VitalsRow = {
  vitals_id: number
  patient_id: number
  taken_at: Instant
  systolic: number | null
  diastolic: number | null
  pulse: number | null
  respirations: number | null
  temperature_c: number | null
  oxygen_saturation: number | null
  weight_kg: number | null
  height_cm: number | null
}

export type ImmunizationRow = {
  immunization_id: number
  patient_id: number
  vaccine: string
  cvx: string | null
  given_on: Day | null
  lot: string | null
  due: boolean
}

export type ProcedureRow = {
  procedure_id: number
  patient_id: number
  words: string
  cpt: string | null
  done_on: string | null
  implant: boolean
}

export type InsuranceRow = {
  insurance_id: number
  patient_id: number
  rank: 'primary' | 'secondary' | 'tertiary'
  payer: string
  member_id: string
  group_number: string | null
  copay: string | null
  authorization_number: string | null
  referral_needed: boolean
  eligibility_checked_on: Day | null
}

export type AppointmentRow = {
  appointment_id: number
  site_id: string
  room: string | null
  provider_id: number
  patient_id: number | null
  starts_at: Instant
  minutes: number
  visit_type: string
  reason: string | null
  status: 'booked' | 'arrived' | 'in-room' | 'checked-out' | 'cancelled' | 'no-show' | 'pending' | 'left'
}

/** Everything of one patient, by table. */
export type PatientRecord = {
  patient: PatientRow
  former_name: FormerNameRow[]
  list_review: ListReviewRow[]
  chart_alert: AlertRow[]
  allergy: AllergyRow[]
  problem: ProblemRow[]
  medication: MedicationRow[]
  visit_note: NoteRow[]
  test_order: OrderRow[]
  test_result: ResultRow[]
  vitals: VitalsRow[]
  immunization: ImmunizationRow[]
  procedure_done: ProcedureRow[]
  insurance: InsuranceRow[]
}
