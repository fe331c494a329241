import type { Instant } from '../base/time.ts'
import type { Day } from '../base/zone.ts'

/**
 * A `Chart` is the little that is needed to see one patient safely while the EHR is away: FHIR R4's resources, cut down, under FHIR's
 * names. It is never a medical record, and nothing is ever written back from it.
 *
 * Missing is not empty. Every list in a chart is a `Section`, which says whether the list was received, whether the patient was
 * asked and has none ("no known allergies"), was not asked, or whether the source gave nothing at all.
 *
 * Dates that people speak of without a time of day are `Day`s ("2026-11-22"); a partial date ("2019", "2019-03") is allowed
 * wherever FHIR allows it, so those fields are plain strings and are shown as they stand.
 */
export type Chart = {
  patient: Patient
  /** Which configured source this was read from. */
  sourceId: string
  /** When the source was read, never when a file was copied. */
  asOf: Instant
  /**
   * Only in charts that single events reach (HL7 v2), kept by apply.ts: when each part was last said, so that a message that comes late does
   * not undo a later one. Keys: `whole`, `patient/<field>`, `<section>`, `<section>/<entry id>`. Readers of charts need not look at it.
   */
  heard?: { [part: string]: Instant }
  restriction: Restriction
  /** What of this patient was quarantined, is held back or cannot be joined: shown with the list that it concerns, and counted. */
  doubts?: Doubt[]
  /** Which sources a list was made of, where that is not `sourceId` alone: records of one person that were joined. */
  sectionSources?: { [Name in SectionName]?: string[] }
  /**
   * When a list was last read, where that is earlier than `asOf`. Set where a chart is opened, from the ages of its sources in the pack's manifest:
   * a list is as old as the oldest source it is made of, never as new as something else that was read.
   */
  sectionAsOf?: { [Name in SectionName]?: Instant }
  alerts: Section<Flag>
  allergies: Section<AllergyIntolerance>
  medications: Section<MedicationStatement>
  problems: Section<Condition>
  /** Last notes, newest first; the assessment and plan is what physicians read first (Koopman 2015). */
  notes: Section<DocumentReference>
  /** Open orders and results that have not come back. */
  pending: Section<ServiceRequest>
  vitals: Section<Observation>
  results: Section<Observation>
  immunizations: Section<Immunization>
  procedures: Section<Procedure>
  coverage: Section<Coverage>
}

/** The lists of a chart by name. */
export const SECTION_NAMES = [
  'alerts',
  'allergies',
  'medications',
  'problems',
  'notes',
  'pending',
  'vitals',
  'results',
  'immunizations',
  'procedures',
  'coverage',
] as const
export type SectionName = (typeof SECTION_NAMES)[number]
export type EntryOf<Name extends SectionName> = Chart[Name] extends Section<infer Entry> ? Entry : never

export type Section<Entry> =
  /**
   * `noneStated`: the source also says "none known", beside these entries or although they vanished. The text tells one statement from another
   * (its date or id); while the same statement stands, an empty list is never read as "none known".
   */
  | { status: 'listed'; entries: Entry[]; noneStated?: string }
  /** The source says: asked, and there is none. `statement`: see `noneStated`. */
  | { status: 'none-known'; statement?: string }
  /** The source says: nobody asked. */
  | { status: 'not-asked' }
  /** The source does not carry this, or could not be read; nobody may conclude anything. */
  | { status: 'not-received' }

/**
 * Something about a chart that was not understood, is not believed, or waits for a person. `because` is for a person, names no other patient and
 * quotes nothing of the record; `count` is how many records it stands for.
 *
 * - `quarantined`: a value or entry that could not be kept, in full or in part.
 * - `held-back`: the source's newest answer would take entries away from many charts at once and is not believed yet; the last list stands.
 * - `other-person`: a record under this patient's number has another name or birth date and was kept out.
 * - `mixed`: this chart may hold entries of another patient (made before sources had ids of their own).
 */
export type Doubt = {
  kind: 'quarantined' | 'held-back' | 'other-person' | 'mixed'
  /** The list it concerns; undefined: who the patient is, or the chart as a whole. */
  section?: SectionName
  sourceId: string
  count: number
  because: string
}

/**
 * Why a chart is not shown like any other. `part2`: 42 CFR Part 2 (substance use disorder programs); `psychotherapy`: psychotherapy
 * notes (45 CFR 164.501); `vip`: the practice restricts who may look. Policy decides between leaving out and masking.
 */
export type Restriction = 'none' | 'vip' | 'part2' | 'psychotherapy' | 'other'

export type Sex = 'female' | 'male' | 'other' | 'unknown'

export type PersonName = { family: string; given: string[]; prefix?: string; suffix?: string }

export type Patient = {
  /** The source's key; unique within the practice's panel. */
  id: string
  /** Medical record number as people read it aloud. */
  mrn: string
  name: PersonName
  /** The name the patient goes by, if another. */
  preferredName?: string
  /** Maiden and other earlier names. */
  formerNames: PersonName[]
  birthDate: string | undefined
  sex: Sex
  phones: { use: 'home' | 'mobile' | 'work' | 'other'; number: string }[]
  address?: { line: string; city: string; state: string; postalCode: string }
  /** The language to speak, and whether an interpreter is needed. */
  language?: string
  interpreterNeeded?: boolean
  emergencyContact?: { name: string; relation?: string; phone?: string }
  primaryCare?: string
  pharmacy?: { name: string; phone?: string; fax?: string }
  /** "Full code", "DNR", POLST on file: as the source words it. */
  codeStatus?: string
  /** In cents of the practice's currency; shown on front-desk pages only. */
  balanceDueCents?: number
  deceased?: boolean
}

export type Coding = { system: string; code: string; display?: string }

/** Words first; codes for those who need them. `text` is never empty. */
export type CodeableConcept = { text: string; codings: Coding[] }

export type Flag = {
  id: string
  text: string
  kind: 'isolation' | 'behaviour' | 'fall-risk' | 'safety' | 'administrative' | 'other'
}

export type AllergyIntolerance = {
  id: string
  code: CodeableConcept
  reaction?: string
  criticality: 'low' | 'high' | 'unable-to-assess' | 'unknown'
  severity?: 'mild' | 'moderate' | 'severe'
  verified: boolean
  onset?: string
}

export type MedicationStatement = {
  id: string
  code: CodeableConcept
  /** Dose and directions as one line that can be read aloud ("500 mg by mouth twice a day with food"). */
  dosage: string | undefined
  start?: string
  prescriber?: string
  lastRefill?: string
  /** DEA schedule, "2" to "5", if controlled. */
  controlledSchedule?: string
  /** Drugs that harm most when missed or doubled. */
  highRisk?: 'anticoagulant' | 'insulin' | 'opioid' | 'other'
}

export type Condition = {
  id: string
  code: CodeableConcept
  onset?: string
  clinicalStatus: 'active' | 'recurrence' | 'remission' | 'resolved'
}

export type DocumentReference = {
  id: string
  kind: string
  author?: string
  specialty?: string
  at: Instant
  /** Assessment and plan, or the text that the source gives. */
  text: string
}

export type ServiceRequest = {
  id: string
  code: CodeableConcept
  kind: 'lab' | 'imaging' | 'referral' | 'procedure' | 'follow-up' | 'other'
  status: 'ordered' | 'collected' | 'resulted-unread' | 'overdue'
  orderedAt: Instant | undefined
  orderedBy?: string
}

export type Observation = {
  id: string
  code: CodeableConcept
  /** Several vitals taken together share a `panel` ("vitals 2026-11-20"). */
  panel?: string
  value: string
  unit?: string
  referenceRange?: string
  flag?: 'low' | 'high' | 'critical-low' | 'critical-high' | 'abnormal'
  /** What the laboratory wrote beside the value (HL7 NTE, FHIR note); lines in their order. */
  note?: string
  status: 'preliminary' | 'final' | 'corrected'
  at: Instant | undefined
}

export type Immunization = { id: string; code: CodeableConcept; day: string | undefined; lot?: string; due?: boolean }

/** Procedures and what stays in the body: pacemaker, port, implant. */
export type Procedure = { id: string; code: CodeableConcept; day: string | undefined; implant?: boolean }

export type Coverage = {
  id: string
  rank: 'primary' | 'secondary' | 'tertiary' | 'other'
  payer: string
  memberId: string
  group?: string
  copay?: string
  authorization?: string
  referralNeeded?: boolean
  eligibilityCheckedOn?: Day
}

export const APPOINTMENT_STATUSES = [
  'booked',
  'arrived',
  'in-room',
  'checked-out',
  'cancelled',
  'no-show',
  'pending',
  'left-without-being-seen',
  /** The source says a word that is not known here, or none: the visit stays on the schedule and says so; see `statusSaid`. */
  'unknown',
] as const
export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number]

/** One visit on one provider's schedule. Blocks, lunches and holidays are not appointments. */
export type Appointment = {
  id: string
  sourceId: string
  /** The visit's number in its source, where each patient of a group has a visit of this number. */
  groupId?: string
  asOf: Instant
  /** The source's key of the place; a site of ours claims one or more of these. */
  locationId: string
  patientId: string | undefined
  /** As the schedule shows the patient, so that the line can be read even where the chart is missing. */
  patientName: string
  patientBirthDate?: string
  patientMrn?: string
  patientPhone?: string
  providerId: string
  providerName: string
  start: Instant
  end: Instant
  status: AppointmentStatus
  /** The source's own word, where `status` is unknown. */
  statusSaid?: string
  /** The source's newest answer no longer lists this visit and is not believed yet. */
  heldBack?: boolean
  type: string
  reason?: string
  room?: string
}
