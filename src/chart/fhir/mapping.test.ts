import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart, SectionName } from '../chart.ts'
import { resourcesIn } from './bundle.ts'
import { chartsFromFhir } from './charts.ts'
import type { FhirContext, Mapped } from './mapped.ts'
import { mapResource } from './resource.ts'

const AS_OF = Date.parse('2026-11-23T12:00:00Z')
const REQUEST = { sourceId: 'ehr', asOf: AS_OF, zone: 'America/New_York' }
const context: FhirContext = { ...REQUEST, directory: { find: () => undefined } }
const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Ash', given: ['Leif'] }] }
const subject = { reference: 'Patient/p1' }
const SNOMED = 'http://snomed.info/sct'

const map = (resource: unknown): Mapped => mapResource(resource, context)
const coded = (code: string, system = SNOMED): object => ({ coding: [{ system, code }] })

function allergy(more: object = {}): { [field: string]: unknown } {
  return { resourceType: 'AllergyIntolerance', id: 'a1', patient: subject, code: { text: 'Penicillin' }, ...more }
}

function chartOf(...resources: object[]): Chart {
  const [chart] = chartsFromFhir([PATIENT, ...resources], REQUEST).charts
  assert.ok(chart)
  return chart
}

/** The first entry of a list. */
function first(list: { status: string; entries?: object[] }): { [field: string]: unknown } {
  const [entry] = list.entries ?? []
  assert.ok(entry, 'the list is empty')
  return { ...entry }
}

test('what is refuted, entered in error, over or never done stays out, and says why', () => {
  const cases: object[] = [
    allergy({ verificationStatus: coded('entered-in-error') }),
    allergy({ verificationStatus: coded('refuted') }),
    allergy({ clinicalStatus: coded('resolved') }),
    { resourceType: 'Condition', id: 'c', subject, code: { text: 'Flu' }, verificationStatus: coded('refuted') },
    { resourceType: 'Condition', id: 'c', subject, code: { text: 'Burn' }, category: [coded('encounter-diagnosis')] },
    {
      resourceType: 'MedicationRequest',
      id: 'm',
      subject,
      status: 'stopped',
      medicationCodeableConcept: { text: 'X' },
    },
    { resourceType: 'Immunization', id: 'i', patient: subject, status: 'not-done', vaccineCode: { text: 'X' } },
    { resourceType: 'Procedure', id: 'q', subject, status: 'not-done', code: { text: 'X' } },
    { resourceType: 'ServiceRequest', id: 's', subject, status: 'completed', code: { text: 'X' } },
    { resourceType: 'Flag', id: 'f', subject, status: 'inactive', code: { text: 'X' } },
    {
      resourceType: 'Coverage',
      id: 'v',
      beneficiary: subject,
      status: 'active',
      payor: [{ display: 'A' }],
      period: { end: '2019' },
    },
  ]
  for (const resource of cases) assert.equal(map(resource).type, 'left-out', JSON.stringify(resource))
})

test('doubt is said aloud', () => {
  const entry = (resource: object, section: SectionName): string => JSON.stringify(first(chartOf(resource)[section]))
  assert.match(
    entry(
      {
        resourceType: 'Condition',
        id: 'c',
        subject,
        code: { text: 'Lupus' },
        verificationStatus: coded('provisional'),
      },
      'problems',
    ),
    /Lupus \(provisional\)/,
  )
  const medication = {
    resourceType: 'MedicationRequest',
    id: 'm',
    subject,
    medicationCodeableConcept: { text: 'Aspirin' },
  }
  assert.match(entry({ ...medication, status: 'on-hold' }, 'medications'), /Aspirin \(on hold\)/)
  assert.match(entry({ ...medication, status: 'active', doNotPerform: true }, 'medications'), /DO NOT GIVE: Aspirin/)
  assert.equal(first(chartOf(allergy()).allergies).verified, false)
  assert.equal(first(chartOf(allergy({ verificationStatus: coded('confirmed') })).allergies).verified, true)
})

test('partial dates stay as they are written, whole instants become days of the practice', () => {
  const onset = (onsetDateTime: string): unknown => first(chartOf(allergy({ onsetDateTime })).allergies).onset
  assert.equal(onset('2019'), '2019')
  assert.equal(onset('2019-03'), '2019-03')
  assert.equal(onset('2019-03-07'), '2019-03-07')
  assert.equal(onset('2019-03-08T03:30:00Z'), '2019-03-07')
  for (const nonsense of ['2019-13', '2019-02-30', 'yesterday', '2019-03-07T99:00:00Z', '']) {
    assert.equal(onset(nonsense), undefined, nonsense)
  }
})

test('a blood pressure reads 120/80, with a question mark for the half that is missing', () => {
  const component = (code: string, value?: number): object => ({
    code: coded(code, 'http://loinc.org'),
    ...(value === undefined ? {} : { valueQuantity: { value, unit: 'mmHg' } }),
  })
  const pressure = (...parts: object[]): object => ({
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    subject,
    category: [coded('vital-signs', '')],
    code: coded('85354-9', 'http://loinc.org'),
    effectiveDateTime: '2026-11-20T10:00:00-05:00',
    component: parts,
  })
  const both = first(chartOf(pressure(component('8480-6', 120), component('8462-4', 80))).vitals)
  assert.equal(both.value, '120/80')
  assert.equal(both.unit, 'mmHg')
  assert.equal(both.panel, 'vitals 2026-11-20')
  assert.equal(first(chartOf(pressure(component('8480-6', 120), component('8462-4'))).vitals).value, '120/?')
})

test('a result keeps its comparator, range and flag, and every digit that was sent', () => {
  const result = (more: object): { [field: string]: unknown } =>
    first(
      chartOf({
        resourceType: 'Observation',
        id: 'o',
        status: 'amended',
        subject,
        category: [coded('laboratory', '')],
        code: { text: 'Troponin' },
        effectiveDateTime: '2026-11',
        ...more,
      }).results,
    )
  const troponin = result({
    valueQuantity: { value: 0.01, comparator: '<', unit: 'ng/mL' },
    interpretation: [coded('HH', '')],
    referenceRange: [{ low: { value: 0 }, high: { value: 0.04 } }],
  })
  assert.deepEqual(
    [
      troponin.value,
      troponin.unit,
      troponin.flag,
      troponin.referenceRange,
      troponin.status,
      troponin.at,
      troponin.panel,
    ],
    ['< 0.01', 'ng/mL', 'critical-high', '0 to 0.04', 'corrected', undefined, 'dated 2026-11'],
  )
  assert.equal(result({ valueQuantity: { value: 176.35499866729558 } }).value, '176.35499866729558')
  assert.equal(result({ valueQuantity: { value: 12345678 } }).value, '12345678')
  assert.equal(result({ valueInteger: 3 }).value, '3')
})

test('Synthea’s names with digits, its identifiers and its languages come through', () => {
  const [chart] = chartsFromFhir(
    [
      {
        resourceType: 'Patient',
        id: 's1',
        identifier: [
          { system: 'https://github.com/synthetichealth/synthea', value: 'a-uuid' },
          { type: coded('MR', 'http://terminology.hl7.org/CodeSystem/v2-0203'), value: 'MR-7' },
          { type: coded('SS', 'http://terminology.hl7.org/CodeSystem/v2-0203'), value: '999-11-2222' },
        ],
        name: [
          { use: 'official', family: 'Abbott774', given: ['Abe604'], prefix: ['Mr.'] },
          { use: 'maiden', family: 'Zieme486', given: ['Abe604'] },
        ],
        communication: [{ language: { coding: [{ code: 'es', display: 'Spanish' }] } }],
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired', valueBoolean: true }],
        deceasedDateTime: '2026-01-01',
      },
    ],
    REQUEST,
  ).charts
  assert.equal(chart?.patient.mrn, 'MR-7')
  assert.deepEqual(chart?.patient.name, { family: 'Abbott774', given: ['Abe604'], prefix: 'Mr.' })
  assert.deepEqual(chart?.patient.formerNames, [{ family: 'Zieme486', given: ['Abe604'] }])
  assert.equal(chart?.patient.language, 'Spanish')
  assert.equal(chart?.patient.interpreterNeeded, true)
  assert.equal(chart?.patient.deceased, true)
})

test('an MRN is never a card, licence or social security number', () => {
  const only = { type: coded('SS', ''), value: '999-11-2222' }
  const [chart] = chartsFromFhir([{ ...PATIENT, identifier: [only] }], REQUEST).charts
  assert.equal(chart?.patient.mrn, '')
})

test('a document refers to its own entries by urn:uuid, and a bundle may lie in a bundle', () => {
  const inner = {
    resourceType: 'Bundle',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: { resourceType: 'Patient', name: [{ family: 'Ash' }] },
      },
      {
        fullUrl: 'urn:uuid:22222222-2222-4222-8222-222222222222',
        resource: allergy({ id: undefined, patient: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' } }),
      },
    ],
  }
  const { charts, setAside } = chartsFromFhir(
    resourcesIn({ resourceType: 'Bundle', entry: [{ resource: inner }] }),
    REQUEST,
  )
  assert.deepEqual(setAside, [])
  assert.equal(charts[0]?.allergies.status, 'listed')
})

test('an appointment reads its people from the participants, and its times in any offset', () => {
  const practitioner = {
    resourceType: 'Practitioner',
    id: 'd1',
    name: [{ prefix: ['Dr.'], given: ['Ada'], family: 'Low' }],
  }
  const appointment = {
    resourceType: 'Appointment',
    id: 'ap1',
    status: 'checked-in',
    start: '2026-11-23T09:00:00-05:00',
    minutesDuration: 20,
    appointmentType: { text: 'Follow-up' },
    participant: [subject, { reference: 'Practitioner/d1' }, { reference: 'Location/east' }].map((actor) => ({
      actor,
    })),
  }
  const { appointments } = chartsFromFhir([PATIENT, practitioner, appointment], REQUEST)
  assert.deepEqual(appointments, [
    {
      id: 'ap1',
      sourceId: 'ehr',
      asOf: AS_OF,
      locationId: 'east',
      patientId: 'p1',
      patientName: 'Ash, Leif',
      providerId: 'd1',
      providerName: 'Dr. Ada Low',
      start: Date.parse('2026-11-23T14:00:00Z'),
      end: Date.parse('2026-11-23T14:20:00Z'),
      status: 'arrived',
      type: 'Follow-up',
    },
  ])
})

test('directions are read aloud from their parts where they have no words', () => {
  const dosage = (instruction: object): unknown =>
    first(
      chartOf({
        resourceType: 'MedicationRequest',
        id: 'm',
        status: 'active',
        subject,
        medicationCodeableConcept: { text: 'Metformin 500 mg' },
        dosageInstruction: [instruction],
      }).medications,
    ).dosage
  const parts = {
    doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
    route: { text: 'by mouth' },
    timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
  }
  assert.equal(dosage(parts), '1 tablet, by mouth, twice a day')
  assert.equal(dosage({ text: 'Take with food', ...parts }), 'Take with food')
  assert.equal(dosage({ asNeededBoolean: true }), 'as needed')
  assert.equal(dosage({}), undefined)
})

test('a note in HTML is read as text, a scan is named', () => {
  const note = (attachment: object): { [field: string]: unknown } =>
    first(
      chartOf({
        resourceType: 'DocumentReference',
        id: 'n',
        status: 'current',
        subject,
        date: '2026-11-20T10:00:00Z',
        content: [{ attachment }],
      }).notes,
    )
  const html = Buffer.from('<style>p{}</style><p>Plan:</p><ul><li>rest &amp; fluids</li></ul>').toString('base64')
  assert.equal(note({ contentType: 'text/html', data: html }).text, 'Plan:\nrest & fluids')
  assert.match(
    String(note({ contentType: 'application/pdf', data: 'JVBERg==' }).text),
    /application\/pdf: not carried here/,
  )
})
