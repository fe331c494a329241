import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart } from '../chart.ts'
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

test('“no known allergies” is said in several ways, and each is heard', () => {
  const ips = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'
  const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'
  const reason = 'http://terminology.hl7.org/CodeSystem/data-absent-reason'
  const cases: [object, string][] = [
    [{ code: coded('716186003') }, 'none-known'],
    [{ code: coded('160244002') }, 'none-known'],
    [{ code: coded('no-known-allergies', ips) }, 'none-known'],
    [{ code: coded('no-allergy-info', ips) }, 'not-received'],
    [{ code: coded('not-asked', reason) }, 'not-asked'],
    [{ code: coded('unknown', reason) }, 'not-received'],
    [{ code: { extension: [{ url: absent, valueCode: 'not-asked' }] } }, 'not-asked'],
    [{ code: undefined, _code: { extension: [{ url: absent, valueCode: 'unknown' }] } }, 'not-received'],
  ]
  for (const [more, status] of cases)
    assert.equal(chartOf(allergy(more)).allergies.status, status, JSON.stringify(more))
})

test('a list or a document that is empty says why', () => {
  const reason = (code: string): object => ({
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code }],
  })
  const list = (code: string, loinc: string): object => ({
    resourceType: 'List',
    subject,
    code: coded(loinc, 'http://loinc.org'),
    emptyReason: reason(code),
  })
  assert.equal(chartOf(list('nilknown', '52472-8')).allergies.status, 'none-known')
  assert.equal(chartOf(list('notasked', '10160-0')).medications.status, 'not-asked')
  assert.equal(chartOf(list('unavailable', '11450-4')).problems.status, 'not-received')
  const section = { code: coded('11450-4', 'http://loinc.org'), emptyReason: reason('nilknown') }
  assert.equal(chartOf({ resourceType: 'Composition', subject, section: [section] }).problems.status, 'none-known')
})

test('an allergy beside “none known” is shown, and a narrower “no known” is an entry', () => {
  const both = chartOf(allergy(), allergy({ id: 'a2', code: coded('716186003') }))
  assert.equal(both.allergies.status === 'listed' && both.allergies.entries.length, 1)
  const drugs = chartOf(allergy({ code: { ...coded('409137002'), text: 'No known drug allergy' } }))
  assert.equal(drugs.allergies.status, 'listed')
})

test('what nobody sent is not received; what the source carries is an empty list', () => {
  assert.equal(chartOf().allergies.status, 'not-received')
  const [chart] = chartsFromFhir([PATIENT], { ...REQUEST, carries: ['allergies'] }).charts
  assert.deepEqual(chart?.allergies, { status: 'listed', entries: [] })
  assert.equal(chart?.medications.status, 'not-received')
})

test('labels decide who may look, and what never travels is set aside', () => {
  const security = (code: string): object => ({ meta: { security: [{ code }] } })
  const restriction = (code: string): string | undefined =>
    chartsFromFhir([{ ...PATIENT, ...security(code) }], REQUEST).charts[0]?.restriction
  assert.deepEqual(['SUD', 'V', 'PSYTHPN', 'R', 'N'].map(restriction), [
    'part2',
    'vip',
    'psychotherapy',
    'other',
    'none',
  ])
  const { setAside, charts } = chartsFromFhir([PATIENT, allergy(security('42CFRPart2'))], REQUEST)
  assert.equal(setAside.length, 1)
  assert.equal(charts[0]?.allergies.status, 'not-received')
})

test('a resuscitation order is an alert, not one order among many', () => {
  const order = {
    resourceType: 'ServiceRequest',
    id: 's',
    status: 'active',
    intent: 'order',
    subject,
    code: { ...coded('304253006'), text: 'Not for resuscitation' },
  }
  const chart = chartOf(order)
  assert.equal(first(chart.alerts).text, 'Not for resuscitation')
  assert.equal(chart.pending.status, 'not-received')
})

test('what cannot be understood is set aside with a reason that names nobody', () => {
  const cases: unknown[] = [
    null,
    7,
    'text',
    [],
    {},
    { resourceType: 'Patient' },
    { resourceType: 'Patient', id: 'not an id!' },
    allergy({ patient: undefined }),
    allergy({ patient: { reference: 'Group/1' } }),
    allergy({ code: undefined }),
    allergy({ code: 'Penicillin' }),
    allergy({ modifierExtension: [{ url: 'x', valueBoolean: true }] }),
    {
      resourceType: 'MedicationRequest',
      id: 'm',
      subject,
      status: 'bogus',
      medicationCodeableConcept: { text: 'Leif Ash' },
    },
    {
      resourceType: 'MedicationRequest',
      id: 'm',
      subject,
      status: 'constructor',
      medicationCodeableConcept: { text: 'X' },
    },
    { resourceType: 'Appointment', id: 'ap', status: 'booked', start: 'soon' },
    {
      resourceType: 'Observation',
      id: 'o',
      subject,
      category: [coded('laboratory', '')],
      code: { text: 'K' },
      valueInteger: 4,
    },
  ]
  for (const resource of cases) {
    const mapped = map(resource)
    assert.equal(mapped.type, 'set-aside', JSON.stringify(resource))
    assert.ok(mapped.type === 'set-aside' && mapped.because.length > 0 && !mapped.because.includes('Ash'))
  }
  const { setAside } = chartsFromFhir(cases, REQUEST)
  assert.equal(setAside.length, cases.length)
})

test('an entry of a patient who was not sent is set aside, not lost', () => {
  const { setAside } = chartsFromFhir([PATIENT, allergy({ patient: { reference: 'Patient/other' } })], REQUEST)
  assert.deepEqual(
    setAside.map(({ key, because }) => [key, because]),
    [['AllergyIntolerance/a1', 'it belongs to a patient who was not sent']],
  )
})
