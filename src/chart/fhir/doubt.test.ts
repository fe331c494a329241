import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart, SectionName } from '../chart.ts'
import { resourcesIn } from './bundle.ts'
import { chartsFromFhir } from './charts.ts'

const REQUEST = { sourceId: 'ehr', asOf: Date.parse('2026-11-23T12:00:00Z'), zone: 'America/New_York' }
const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Ash' }] }
const subject = { reference: 'Patient/p1' }
const SNOMED = 'http://snomed.info/sct'
const MODIFIED = { modifierExtension: [{ url: 'https://example.org/not', valueBoolean: true }] }

const read = (...sent: object[]): ReturnType<typeof chartsFromFhir> => chartsFromFhir([PATIENT, ...sent], REQUEST)
const coded = (code: string, system = SNOMED): object => ({ coding: [{ system, code }] })

function allergy(id: string, more: object = {}): object {
  return { resourceType: 'AllergyIntolerance', id, patient: subject, code: { text: 'Penicillin' }, ...more }
}

function none(id: string, versionId: string, system = SNOMED): object {
  return allergy(id, { code: coded('716186003', system), meta: { versionId } })
}

function allergiesOf(...sent: object[]): Chart['allergies'] | undefined {
  return read(...sent).charts[0]?.allergies
}

test('“no known allergies” names its statement, also beside entries, and does not hide what was not understood', () => {
  assert.deepEqual(allergiesOf(none('n', '3')), { status: 'none-known', statement: 'AllergyIntolerance/n@3' })
  const both = allergiesOf(none('n', '3'), allergy('a'))
  assert.ok(both?.status === 'listed' && both.entries.length === 1)
  assert.equal(both.noneStated, 'AllergyIntolerance/n@3')
  assert.deepEqual(allergiesOf(none('n', '3'), allergy('a', { code: undefined })), {
    status: 'listed',
    entries: [],
    noneStated: 'AllergyIntolerance/n@3',
  })
  const dated = allergy('n', { code: coded('716186003'), recordedDate: '2026-01-02' })
  assert.deepEqual(allergiesOf(dated), { status: 'none-known', statement: 'AllergyIntolerance/n@2026-01-02' })
  const emptyReason = coded('nilknown', 'http://terminology.hl7.org/CodeSystem/list-empty-reason')
  const list = {
    resourceType: 'List',
    id: 'l',
    subject,
    date: '2026-01-02',
    emptyReason,
    code: coded('52472-8', 'http://loinc.org'),
  }
  assert.deepEqual(allergiesOf(list), { status: 'none-known', statement: 'List/l@2026-01-02' })
})

test('the whole statement is heard in SNOMED CT however that is named, and a code of an unknown system is an entry', () => {
  for (const system of [
    'urn:oid:2.16.840.1.113883.6.96',
    '2.16.840.1.113883.6.96',
    'https://snomed.info/sct',
    'http://snomed.info/sct/731000124108',
    'http://snomed.info/sct/',
  ]) {
    assert.equal(allergiesOf(none('n', '1', system))?.status, 'none-known', system)
  }
  const entries: object[] = [
    coded('409137002'), // No known drug allergy
    coded('428607008'), // No known environmental allergy
    coded('429625007'), // No known food allergy
    { coding: [{ system: 'urn:local', code: 'nil-known', display: 'Nil Known' }] },
    { coding: [{ system: 'http://loinc.org', code: '716186003' }] },
    { text: 'No known allergies' },
  ]
  for (const code of entries) assert.equal(allergiesOf(allergy('n', { code }))?.status, 'listed', JSON.stringify(code))
})

test('what is quarantined says whose it is and which list lacks it', () => {
  const unread: [sent: object, section: SectionName][] = [
    [allergy('x', { code: undefined }), 'allergies'],
    [allergy('x', MODIFIED), 'allergies'],
    [
      {
        resourceType: 'MedicationRequest',
        id: 'x',
        subject,
        status: 'bogus',
        medicationCodeableConcept: { text: 'A' },
      },
      'medications',
    ],
    [{ resourceType: 'MedicationStatement', id: 'x', subject, status: 'active' }, 'medications'],
    [{ resourceType: 'Condition', id: 'x', subject }, 'problems'],
    [{ resourceType: 'Condition', id: 'x', subject, code: { text: 'A' }, ...MODIFIED }, 'problems'],
    [{ resourceType: 'DocumentReference', id: 'x', subject, status: 'current' }, 'notes'],
    [{ resourceType: 'ServiceRequest', id: 'x', subject, status: 'active' }, 'pending'],
    [{ resourceType: 'ServiceRequest', id: 'x', subject, status: 'odd', code: coded('304253006') }, 'alerts'],
    [{ resourceType: 'Task', id: 'x', for: subject, status: 'odd' }, 'pending'],
    [
      { resourceType: 'Observation', id: 'x', subject, category: [coded('laboratory', '')], status: 'final' },
      'results',
    ],
    [{ resourceType: 'Observation', id: 'x', subject, category: [coded('vital-signs', '')], status: 'odd' }, 'vitals'],
    [{ resourceType: 'Immunization', id: 'x', patient: subject, status: 'odd' }, 'immunizations'],
    [{ resourceType: 'Procedure', id: 'x', subject, status: 'odd' }, 'procedures'],
    [{ resourceType: 'Device', id: 'x', patient: subject }, 'procedures'],
    [{ resourceType: 'Coverage', id: 'x', beneficiary: subject, status: 'active' }, 'coverage'],
    [{ resourceType: 'Flag', id: 'x', subject, status: 'odd' }, 'alerts'],
  ]
  for (const [sent, section] of unread) {
    const { setAside } = read(sent)
    assert.deepEqual(
      setAside.map((one) => [one.patientId, one.section]),
      [['p1', section]],
      JSON.stringify(sent),
    )
  }
  const stranger = read(allergy('x', { patient: { reference: 'Patient/p9' } })).setAside[0]
  assert.deepEqual([stranger?.patientId, stranger?.section], ['p9', 'allergies'])
})

test('that a record is withheld by its label is not told with the patient', () => {
  const labelled = (code: string): object => ({ meta: { security: [{ code }] } })
  for (const sent of [allergy('x', labelled('SUD')), allergy('x', { ...labelled('PSYTHPN'), ...MODIFIED })]) {
    const [one] = read(sent).setAside
    assert.deepEqual([one?.patientId, one?.section], [undefined, undefined])
  }
})

test('a part with a modifier extension is left out and told; the rest stands', () => {
  const reaction = [{ manifestation: [{ text: 'Hives' }], ...MODIFIED }, { manifestation: [{ text: 'Rash' }] }]
  const { charts, setAside } = read(allergy('a', { reaction }))
  const list = charts[0]?.allergies
  assert.equal(list?.status === 'listed' && list.entries[0]?.reaction, 'Rash')
  assert.deepEqual(
    setAside.map(({ key, section }) => [key, section]),
    [['AllergyIntolerance/a', 'allergies']],
  )
  const medication = {
    resourceType: 'MedicationRequest',
    id: 'm',
    subject,
    status: 'active',
    medicationCodeableConcept: { text: 'A' },
  }
  const taken = read({ ...medication, dosageInstruction: [{ text: 'Daily', ...MODIFIED }] }).charts[0]?.medications
  assert.match((taken?.status === 'listed' && taken.entries[0]?.dosage) || '', /see the EHR/)
})

test('statuses are heard as older servers send them, and in words', () => {
  const out: object[] = [
    { verificationStatus: 'entered-in-error' },
    { verificationStatus: { text: 'Entered in Error' } },
    { verificationStatus: { coding: [{ code: 'Refuted' }] } },
    { clinicalStatus: 'inactive' },
    { clinicalStatus: { coding: [{ display: 'Resolved' }] } },
  ]
  for (const more of out) assert.equal(allergiesOf(allergy('a', more))?.status, 'not-received', JSON.stringify(more))
  const problem = {
    resourceType: 'Condition',
    id: 'c',
    subject,
    code: { text: 'Lupus' },
    clinicalStatus: coded('smoldering', ''),
  }
  const list = read(problem).charts[0]?.problems
  assert.match((list?.status === 'listed' && list.entries[0]?.code.text) || '', /status not understood/)
})

test('a code for “none” beside words or a reaction that name something hides nothing', () => {
  const reaction = [{ manifestation: [{ text: 'Shock' }] }]
  const none = { system: SNOMED, code: '716186003' }
  const table: [object, string | undefined][] = [
    [{ code: { coding: [none] } }, undefined],
    [{ code: { coding: [{ ...none, display: 'No known allergy (situation)' }], text: 'NKA' } }, undefined],
    [{ code: { coding: [none], text: 'Keine Allergien bekannt' } }, undefined],
    [{ code: { coding: [none, { system: 'urn:own', code: '1', display: 'None' }] } }, undefined],
    [{ code: { coding: [none], text: 'Penicillin' } }, 'Penicillin'],
    [{ code: { coding: [none], text: 'Penicillin' }, reaction }, 'Penicillin'],
    [{ code: { coding: [none, { system: 'urn:own', code: '1', display: 'Latex' }] } }, 'Latex'],
    [{ code: { coding: [none] }, reaction: [{ ...reaction[0], substance: { text: 'Egg' } }] }, 'Egg'],
    [{ code: { coding: [none] }, reaction }, 'SNOMED CT 716186003'],
  ]
  for (const [more, name] of table) {
    const list = allergiesOf(allergy('a', more))
    const names = list?.status === 'listed' ? list.entries.map(({ code }) => code.text) : list?.status
    assert.deepEqual(names, name === undefined ? 'none-known' : [name], JSON.stringify(more))
  }
  const medication = {
    resourceType: 'MedicationStatement',
    id: 'm',
    status: 'active',
    subject,
    medicationCodeableConcept: { coding: [{ system: SNOMED, code: '787481004' }], text: 'Warfarin 5 mg' },
  }
  const { medications } = read(medication).charts[0] ?? {}
  assert.deepEqual(medications?.status === 'listed' && medications.entries.map(({ code }) => code.text), [
    'Warfarin 5 mg',
  ])
})

test('what a laboratory says of a value is a flag or stands beside the value', () => {
  const lab = { resourceType: 'Observation', status: 'final', subject, category: [coded('laboratory', '')] }
  const table: [unknown, string | undefined, string | undefined][] = [
    [[coded('HH')], 'critical-high', undefined],
    [coded('L'), 'low', undefined],
    ['H', 'high', undefined],
    [[{ text: 'Panic high' }], 'critical-high', undefined],
    [[{ coding: [{ code: 'CRIT', display: 'Critical' }] }], undefined, 'Interpretation: Critical'],
    [[coded('N')], undefined, undefined],
  ]
  for (const [interpretation, flag, note] of table) {
    const sent = { ...lab, id: 'o', code: { text: 'Potassium' }, valueQuantity: { value: 6.9 }, interpretation }
    const { results } = read(sent).charts[0] ?? {}
    const entry = results?.status === 'listed' ? results.entries[0] : undefined
    assert.deepEqual([entry?.flag, entry?.note], [flag, note], JSON.stringify(interpretation))
  }
})

test('a reference to another server is no reference to the patient who has the same id here', () => {
  const at = (fullUrl: string, resource: object): object => ({ fullUrl: `https://${fullUrl}`, resource })
  const latex = (reference: string): object =>
    at('b.example/fhir/AllergyIntolerance/x', allergy('x', { patient: { reference }, code: { text: 'Latex' } }))
  const table: [string, number][] = [
    ['https://b.example/fhir/Patient/p1', 0],
    ['https://a.example/other/Patient/p1', 0],
    ['https://b.example/fhir/Patient/p1/_history/3', 0],
    ['https://a.example/fhir/Patient/p1', 1],
    ['http://A.example:8080/fhir/Patient/p1', 1],
    ['Patient/p1', 1],
  ]
  for (const [reference, count] of table) {
    const bundle = { resourceType: 'Bundle', entry: [at('a.example/fhir/Patient/p1', PATIENT), latex(reference)] }
    const { charts, setAside } = chartsFromFhir(resourcesIn(bundle), REQUEST)
    const list = charts[0]?.allergies
    assert.equal(list?.status === 'listed' ? list.entries.length : 0, count, reference)
    assert.equal(setAside.length, 1 - count, reference)
  }
  const other = { reference: 'https://b.example/fhir/Patient/p2' }
  const entry = [
    at('a.example/fhir/Patient/p1', { ...PATIENT, link: [{ type: 'replaced-by', other }] }),
    at('a.example/fhir/Patient/p2', { ...PATIENT, id: 'p2' }),
  ]
  const { charts } = chartsFromFhir(resourcesIn({ resourceType: 'Bundle', entry }), REQUEST)
  assert.deepEqual(
    charts.map(({ patient }) => patient.id),
    ['p1', 'p2'],
  )
})
