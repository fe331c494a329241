import { APPOINTMENT_STATUSES, SECTION_NAMES } from '../../chart/chart.ts'

/**
 * What a mapping may fill, and how each field is read. `entries.ts`, `patient.ts` and `appointment.ts` read exactly these; a mapping that
 * names another is told so, with the nearest of these names.
 */
export type Kind = 'text' | 'instant' | 'day' | 'partial-date' | 'yes-no' | 'money' | 'codes' | readonly string[]
export type Target = { kind: Kind; required?: true }
export type Targets = Readonly<Record<string, Target>>

const text = { kind: 'text' } as const
const textNeeded = { kind: 'text', required: true } as const
const yesNo = { kind: 'yes-no' } as const
const someDate = { kind: 'partial-date' } as const
const day = { kind: 'day' } as const
const instant = { kind: 'instant' } as const
const codes = { kind: 'codes' } as const
const owned = { patientId: textNeeded, id: textNeeded }
const concept = { ...owned, text: textNeeded, code: codes }

export const CRITICALITIES = ['low', 'high', 'unable-to-assess', 'unknown'] as const
export const SEVERITIES = ['mild', 'moderate', 'severe'] as const
export const CLINICAL_STATUSES = ['active', 'recurrence', 'remission', 'resolved'] as const
export const HIGH_RISKS = ['anticoagulant', 'insulin', 'opioid', 'other'] as const
export const FLAG_KINDS = ['isolation', 'behaviour', 'fall-risk', 'safety', 'administrative', 'other'] as const
export const REQUEST_KINDS = ['lab', 'imaging', 'referral', 'procedure', 'follow-up', 'other'] as const
export const REQUEST_STATUSES = ['ordered', 'collected', 'resulted-unread', 'overdue'] as const
export const RESULT_FLAGS = ['low', 'high', 'critical-low', 'critical-high', 'abnormal'] as const
export const RESULT_STATUSES = ['preliminary', 'final', 'corrected'] as const
export const RANKS = ['primary', 'secondary', 'tertiary', 'other'] as const
export const SEXES = ['female', 'male', 'other', 'unknown'] as const
export const RESTRICTIONS = ['none', 'vip', 'part2', 'psychotherapy', 'other'] as const
export const OUTCOMES = ['none-known', 'not-asked', 'listed', 'not-received'] as const

const observation = {
  ...concept,
  panel: text,
  value: textNeeded,
  unit: text,
  referenceRange: text,
  flag: { kind: RESULT_FLAGS },
  /** What the laboratory wrote beside the value; with a note, the value may be empty. */
  note: text,
  status: { kind: RESULT_STATUSES },
  at: instant,
} satisfies Targets

export const SECTION_TARGETS = {
  alerts: { ...owned, text: textNeeded, kind: { kind: FLAG_KINDS } },
  allergies: {
    ...concept,
    reaction: text,
    criticality: { kind: CRITICALITIES },
    severity: { kind: SEVERITIES },
    verified: yesNo,
    onset: someDate,
  },
  medications: {
    ...concept,
    dosage: text,
    start: someDate,
    prescriber: text,
    lastRefill: someDate,
    controlledSchedule: { kind: ['2', '3', '4', '5'] },
    highRisk: { kind: HIGH_RISKS },
  },
  problems: { ...concept, onset: someDate, clinicalStatus: { kind: CLINICAL_STATUSES } },
  notes: { ...owned, kind: text, author: text, specialty: text, at: { ...instant, required: true }, text: textNeeded },
  pending: {
    ...concept,
    kind: { kind: REQUEST_KINDS },
    status: { kind: REQUEST_STATUSES },
    orderedAt: instant,
    orderedBy: text,
  },
  vitals: observation,
  results: observation,
  immunizations: { ...concept, day: someDate, lot: text, due: yesNo },
  procedures: { ...concept, day: someDate, implant: yesNo },
  coverage: {
    ...owned,
    rank: { kind: RANKS },
    payer: textNeeded,
    memberId: textNeeded,
    group: text,
    copay: text,
    authorization: text,
    referralNeeded: yesNo,
    eligibilityCheckedOn: day,
  },
} as const satisfies Record<(typeof SECTION_NAMES)[number], Targets>

export const PATIENT_TARGETS = {
  id: textNeeded,
  mrn: textNeeded,
  'name.family': textNeeded,
  'name.given': text,
  'name.middle': text,
  'name.prefix': text,
  'name.suffix': text,
  preferredName: text,
  'formerName.family': text,
  'formerName.given': text,
  birthDate: someDate,
  sex: { kind: SEXES },
  'phone.home': text,
  'phone.mobile': text,
  'phone.work': text,
  'phone.other': text,
  'address.line': text,
  'address.city': text,
  'address.state': text,
  'address.postalCode': text,
  language: text,
  interpreterNeeded: yesNo,
  'emergencyContact.name': text,
  'emergencyContact.relation': text,
  'emergencyContact.phone': text,
  primaryCare: text,
  'pharmacy.name': text,
  'pharmacy.phone': text,
  'pharmacy.fax': text,
  codeStatus: text,
  balanceDue: { kind: 'money' },
  deceased: yesNo,
  restriction: { kind: RESTRICTIONS },
} as const satisfies Targets

export const FORMER_NAME_TARGETS = { patientId: textNeeded, family: textNeeded, given: text } as const satisfies Targets

export const NONE_KNOWN_TARGETS = {
  patientId: textNeeded,
  section: { kind: SECTION_NAMES, required: true },
  outcome: { kind: OUTCOMES },
  statedAt: text,
} as const satisfies Targets

export const APPOINTMENT_TARGETS = {
  id: textNeeded,
  locationId: textNeeded,
  patientId: text,
  patientName: textNeeded,
  patientBirthDate: someDate,
  patientMrn: text,
  patientPhone: text,
  providerId: textNeeded,
  providerName: textNeeded,
  start: { ...instant, required: true },
  end: instant,
  /** Where there is no `end`: how long it takes. */
  minutes: text,
  status: { kind: APPOINTMENT_STATUSES, required: true },
  type: text,
  reason: text,
  room: text,
} as const satisfies Targets
