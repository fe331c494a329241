import { DAY, HOUR, type Instant, MINUTE } from '../../../src/base/time.ts'

export type FhirRecord = { resourceType: string; id: string; meta?: object; [field: string]: unknown }

/** When the simulated practice's day is. */
export const NOON: Instant = Date.parse('2026-11-23T12:00:00Z')

const FAMILY = [
  'Quarrystone',
  'Fernleigh',
  'Okonkwo-Vale',
  'Brightwater',
  'Ash',
  'Larkspur',
  'Nightingale',
  'Ó Faoláin',
]
const GIVEN = ['Wilhelmina', 'Tobias', 'Ngozi', 'Perpetua', 'Leif', 'Rosalind']
export const ZONE = 'America/New_York'
export const WINDOW = { from: NOON - DAY, to: NOON + 7 * DAY }

/** Numbers that look random and are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const snomed = (code: string, display: string): object => ({
  coding: [{ system: 'http://snomed.info/sct', code, display }],
  text: display,
})
const loinc = (code: string, display: string): object => ({
  coding: [{ system: 'http://loinc.org', code, display }],
})
const coded = (code: string): object => ({ coding: [{ code }] })

export function patientRecord(number: number, seed = 7): FhirRecord {
  const random = seeded(seed + number)
  const family = FAMILY[Math.floor(random() * FAMILY.length)] ?? 'Ash'
  const given = GIVEN[Math.floor(random() * GIVEN.length)] ?? 'Leif'
  return {
    resourceType: 'Patient',
    id: `p${number}`,
    identifier: [
      { type: coded('SS'), value: `999-00-${1000 + number}` },
      { type: coded('MR'), value: `MRN${number}` },
    ],
    name: [{ use: 'official', family, given: [given] }],
    gender: number % 2 === 0 ? 'female' : 'male',
    birthDate: `19${50 + (number % 49)}-0${1 + (number % 9)}-1${number % 9}`,
    telecom: [{ system: 'phone', use: 'home', value: `555-0${100 + number}` }],
  }
}

export function allergyRecord(id: string, patientId: string, words = 'Penicillin', more: object = {}): FhirRecord {
  return {
    resourceType: 'AllergyIntolerance',
    id,
    clinicalStatus: coded('active'),
    verificationStatus: coded('confirmed'),
    code: snomed('764146007', words),
    patient: { reference: `Patient/${patientId}` },
    ...more,
  }
}

export function resultRecord(id: string, patientId: string, value: number, at = NOON - 30 * DAY): FhirRecord {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [coded('laboratory')],
    code: loinc('2823-3', 'Potassium'),
    subject: { reference: `Patient/${patientId}` },
    effectiveDateTime: new Date(at).toISOString(),
    valueQuantity: { value, unit: 'mmol/L' },
  }
}

export function appointmentRecord(id: string, patientId: string, start: Instant, status = 'booked'): FhirRecord {
  return {
    resourceType: 'Appointment',
    id,
    status,
    start: new Date(start).toISOString(),
    end: new Date(start + 15 * MINUTE).toISOString(),
    participant: [
      { actor: { reference: `Patient/${patientId}` }, status: 'accepted' },
      { actor: { reference: 'Practitioner/dr1' }, status: 'accepted' },
      { actor: { reference: 'Location/east' }, status: 'accepted' },
    ],
  }
}

/** A practice of so many patients: each with a condition, a medication, a result and a vital sign; every third with an allergy; all booked. */
export function practiceRecords(patients: number): FhirRecord[] {
  const records: FhirRecord[] = [
    { resourceType: 'Practitioner', id: 'dr1', name: [{ prefix: ['Dr.'], given: ['Ada'], family: 'Winterbourne' }] },
    { resourceType: 'Location', id: 'east', name: 'East' },
  ]
  for (let number = 0; number < patients; number++) {
    const id = `p${number}`
    const subject = { reference: `Patient/${id}` }
    records.push(patientRecord(number))
    if (number % 3 === 0) records.push(allergyRecord(`a${number}`, id))
    if (number % 3 === 1) {
      records.push(
        allergyRecord(`a${number}`, id, 'No known allergy', { code: snomed('716186003', 'No known allergy') }),
      )
    }
    records.push(
      {
        resourceType: 'Condition',
        id: `c${number}`,
        clinicalStatus: coded('active'),
        code: snomed('59621000', 'Hypertension'),
        subject,
      },
      {
        resourceType: 'MedicationRequest',
        id: `m${number}`,
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text: 'Warfarin 5 mg tablet' },
        subject,
        requester: { reference: 'Practitioner/dr1' },
        authoredOn: '2026-01-05',
        dosageInstruction: [{ text: '1 tablet by mouth in the evening' }],
      },
      resultRecord(`r${number}`, id, 4 + (number % 10) / 10),
      {
        resourceType: 'Observation',
        id: `v${number}`,
        status: 'final',
        category: [coded('vital-signs')],
        code: loinc('8867-4', 'Heart rate'),
        subject,
        effectiveDateTime: new Date(NOON - 10 * DAY).toISOString(),
        valueQuantity: { value: 60 + (number % 40), unit: '/min' },
      },
      appointmentRecord(`ap${number}`, id, NOON + (number % 48) * HOUR),
    )
  }
  return records
}
