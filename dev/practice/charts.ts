import type { Instant } from '../../src/base/time.ts'
import type {
  Appointment,
  Chart,
  CodeableConcept,
  Coding,
  Observation,
  PersonName,
  Section,
} from '../../src/chart/chart.ts'
import { type Practice, type PracticeOptions, patientOf, practiceOf, recordOf } from './practice.ts'
import type { ListReviewRow, PatientRecord, PatientRow, VitalsRow } from './rows.ts'
import { bookDays, dayBook } from './schedule.ts'
import { PHARMACIES } from './sites.ts'
import { staffName } from './staff.ts'

/**
 * The practice as charts and appointments, without a database: for benches and for tests of everything that lives on charts. What the SQL
 * source reads from the filled database says the same.
 */
export const SAMPLE_SOURCE = 'ehr'

/** Charts of patients 1 to `patients`, one at a time. */
export function* chartsOf(options: PracticeOptions & { asOf?: Instant } = {}): Iterable<Chart> {
  const practice = practiceOf(options)
  for (let id = 1; id <= practice.patients; id++)
    yield chartOf(practice, recordOf(practice, id), options.asOf ?? practice.now)
}

/** Appointments of the whole book around `today` (-30 to +14 days), or of `days` alone, as they stand at `asOf`. */
export function* appointmentsOf(
  options: PracticeOptions & { asOf?: Instant; days?: string[] } = {},
): Iterable<Appointment> {
  const practice = practiceOf(options)
  const asOf = options.asOf ?? practice.now
  for (const day of options.days ?? bookDays(practice.today)) {
    for (const row of dayBook(practice, day, asOf)) {
      if (row.patient_id === null) continue
      const who = patientOf(practice, row.patient_id)
      const provider = practice.staff.physicians[row.provider_id - 1]
      yield {
        id: String(row.appointment_id),
        sourceId: SAMPLE_SOURCE,
        asOf,
        locationId: row.site_id,
        patientId: String(row.patient_id),
        patientName: `${who.family}, ${who.given.join(' ')}`,
        ...(who.birthDate === null ? {} : { patientBirthDate: who.birthDate }),
        patientMrn: who.mrn,
        patientPhone: who.phone,
        providerId: String(row.provider_id),
        providerName: provider === undefined ? String(row.provider_id) : staffName(provider),
        start: row.starts_at,
        end: row.starts_at + row.minutes * 60_000,
        status: row.status === 'left' ? 'left-without-being-seen' : row.status,
        type: row.visit_type,
        ...(row.reason === null ? {} : { reason: row.reason }),
        ...(row.room === null ? {} : { room: row.room }),
      }
    }
  }
}

function chartOf(practice: Practice, record: PatientRecord, asOf: Instant): Chart {
  const named = (staffId: number | null): string | undefined => {
    const person = staffId === null ? undefined : practice.staff.all[staffId - 1]
    return person === undefined ? undefined : staffName(person)
  }
  const reviewed = <Row, Entry>(
    name: ListReviewRow['list_name'],
    rows: Row[],
    entry: (row: Row) => Entry,
  ): Section<Entry> => {
    const outcome = record.list_review.find((one) => one.list_name === name)?.outcome
    if (rows.length > 0 || outcome === 'listed') return { status: 'listed', entries: rows.map(entry) }
    if (outcome === undefined) return { status: 'not-received' }
    return { status: outcome === 'none known' ? 'none-known' : 'not-asked' }
  }
  const listed = <Row, Entry>(rows: Row[], entry: (row: Row) => Entry): Section<Entry> => ({
    status: 'listed',
    entries: rows.map(entry),
  })
  return {
    patient: patientWords(record, named(record.patient.primary_care_id)),
    sourceId: SAMPLE_SOURCE,
    asOf,
    restriction: record.patient.restriction,
    alerts: listed(record.chart_alert, (row) => ({ id: String(row.alert_id), text: row.words, kind: row.kind })),
    allergies: reviewed('allergies', record.allergy, (row) => ({
      id: String(row.allergy_id),
      code: concept(row.substance, 'http://snomed.info/sct', row.snomed),
      criticality: row.criticality,
      verified: row.verified,
      ...present({ reaction: row.reaction, severity: row.severity, onset: row.onset }),
    })),
    medications: reviewed('medications', record.medication, (row) => ({
      id: String(row.medication_id),
      code: concept(row.drug),
      dosage: row.sig ?? undefined,
      ...present({
        start: row.started_on,
        prescriber: named(row.prescriber_id),
        lastRefill: row.last_refill_on,
        controlledSchedule: row.dea_schedule,
        highRisk: row.high_risk,
      }),
    })),
    problems: reviewed('problems', record.problem, (row) => ({
      id: String(row.problem_id),
      code: concept(row.words, 'http://hl7.org/fhir/sid/icd-10-cm', row.icd10cm),
      clinicalStatus: row.status,
      ...present({ onset: row.onset }),
    })),
    notes: listed(record.visit_note, (row) => ({
      id: String(row.note_id),
      kind: row.kind,
      at: row.written_at,
      text: row.assessment_plan,
      ...present({ author: named(row.author_id), specialty: practice.staff.all[row.author_id - 1]?.specialty }),
    })),
    pending: listed(record.test_order, (row) => ({
      id: String(row.order_id),
      code: concept(row.words, 'http://loinc.org', row.loinc),
      kind: row.kind,
      status: row.status === 'done' || row.status === 'cancelled' ? 'ordered' : row.status,
      orderedAt: row.ordered_at ?? undefined,
      ...present({ orderedBy: named(row.ordered_by) }),
    })),
    vitals: listed(record.vitals.flatMap(observationsOf), (one) => one),
    results: listed(record.test_result, (row) => ({
      id: String(row.result_id),
      code: concept(row.test_name, 'http://loinc.org', row.loinc),
      value: row.value,
      status: row.status,
      at: row.resulted_at,
      ...present({ unit: row.unit, referenceRange: row.reference_range, flag: row.flag }),
    })),
    immunizations: reviewed('immunizations', record.immunization, (row) => ({
      id: String(row.immunization_id),
      code: concept(row.vaccine, 'http://hl7.org/fhir/sid/cvx', row.cvx),
      day: row.given_on ?? undefined,
      ...present({ lot: row.lot, due: row.due }),
    })),
    procedures: listed(record.procedure_done, (row) => ({
      id: String(row.procedure_id),
      code: concept(row.words, 'http://www.ama-assn.org/go/cpt', row.cpt),
      day: row.done_on ?? undefined,
      ...present({ implant: row.implant }),
    })),
    coverage: listed(record.insurance, (row) => ({
      id: String(row.insurance_id),
      rank: row.rank,
      payer: row.payer,
      memberId: row.member_id,
      ...present({
        group: row.group_number,
        copay: row.copay,
        authorization: row.authorization_number,
        referralNeeded: row.referral_needed,
        eligibilityCheckedOn: row.eligibility_checked_on,
      }),
    })),
  }
}

function patientWords(record: PatientRecord, primaryCare: string | undefined): Chart['patient'] {
  const row = record.patient
  const pharmacy = row.pharmacy_id === null ? undefined : PHARMACIES[row.pharmacy_id - 1]
  return {
    id: String(row.patient_id),
    mrn: row.mrn,
    name: personName(row.family_name, row.given_names, row.prefix, row.suffix),
    formerNames: record.former_name.map((name) => personName(name.family_name, name.given_names, null, null)),
    birthDate: row.birth_date ?? undefined,
    sex: ({ F: 'female', M: 'male', X: 'other', U: 'unknown' } as const)[row.sex],
    phones: phonesOf(row),
    address: {
      line: row.address_line ?? '',
      city: row.city ?? '',
      state: row.state ?? '',
      postalCode: row.postal_code ?? '',
    },
    ...(row.emergency_name === null
      ? {}
      : {
          emergencyContact: {
            name: row.emergency_name,
            ...present({ relation: row.emergency_relation, phone: row.emergency_phone }),
          },
        }),
    ...(pharmacy === undefined ? {} : { pharmacy: { ...pharmacy } }),
    ...present({
      preferredName: row.preferred_name,
      language: row.language,
      interpreterNeeded: row.interpreter_needed,
      primaryCare,
      codeStatus: row.code_status,
      deceased: row.deceased,
    }),
    balanceDueCents: row.balance_due_cents,
  }
}

function personName(family: string, given: string, prefix: string | null, suffix: string | null): PersonName {
  return { family, given: given.split(' '), ...present({ prefix, suffix }) }
}

function phonesOf(row: PatientRow): Chart['patient']['phones'] {
  return (['mobile', 'home', 'work'] as const).flatMap((use) => {
    const number = row[`phone_${use}`]
    return number === null ? [] : [{ use, number }]
  })
}

const VITAL_SIGNS: readonly { name: string; loinc: string; unit: string; of(row: VitalsRow): string | null }[] = [
  {
    name: 'Blood pressure',
    loinc: '85354-9',
    unit: 'mmHg',
    of: (row) => (row.systolic === null || row.diastolic === null ? null : `${row.systolic}/${row.diastolic}`),
  },
  { name: 'Pulse', loinc: '8867-4', unit: '/min', of: (row) => numbered(row.pulse) },
  { name: 'Respirations', loinc: '9279-1', unit: '/min', of: (row) => numbered(row.respirations) },
  { name: 'Temperature', loinc: '8310-5', unit: 'Cel', of: (row) => row.temperature_c?.toFixed(1) ?? null },
  { name: 'Oxygen saturation', loinc: '59408-5', unit: '%', of: (row) => numbered(row.oxygen_saturation) },
  { name: 'Weight', loinc: '29463-7', unit: 'kg', of: (row) => row.weight_kg?.toFixed(1) ?? null },
  { name: 'Height', loinc: '8302-2', unit: 'cm', of: (row) => row.height_cm?.toFixed(1) ?? null },
]

function observationsOf(row: VitalsRow): Observation[] {
  return VITAL_SIGNS.flatMap((sign, nth): Observation[] => {
    const value = sign.of(row)
    if (value === null) return []
    const code = concept(sign.name, 'http://loinc.org', sign.loinc)
    return [
      {
        id: `${row.vitals_id}-${nth + 1}`,
        code,
        panel: `vitals ${row.vitals_id}`,
        value,
        unit: sign.unit,
        status: 'final',
        at: row.taken_at,
      },
    ]
  })
}

function numbered(value: number | null): string | null {
  return value === null ? null : String(value)
}

function concept(text: string, system?: string, code?: string | null): CodeableConcept {
  const codings: Coding[] = system === undefined || code === undefined || code === null ? [] : [{ system, code }]
  return { text, codings }
}

type Present<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], null | undefined> }

/** Fields that say something; the others are left out. */
function present<Fields extends object>(fields: Fields): Present<Fields> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names that the line above keeps
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<Fields>
}
