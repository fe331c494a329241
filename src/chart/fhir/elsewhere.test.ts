import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverName, serverOf, withoutElsewhere } from './elsewhere.ts'
import type { FhirContext, Mapped } from './mapped.ts'
import { meaningsOf } from './resource.ts'

const OWN = 'https://ehr.example.org/fhir'
const context: FhirContext = {
  sourceId: 'ehr',
  asOf: 1,
  zone: 'UTC',
  directory: { find: (key) => (key === 'Practitioner/9' ? { name: [{ family: 'Hale' }] } : undefined) },
  isOwn: (server) => server === serverName(OWN),
}

const allergy = (reference: string): object => ({
  resourceType: 'AllergyIntolerance',
  id: 'a',
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { text: 'Penicillin' },
  patient: { reference },
})

const owners = (found: Mapped[]): (string | undefined)[] =>
  found.map((one) => ('patientId' in one && one.type === 'entry' ? one.patientId : undefined))

test('number 12 of another server is nobody here, in every way of writing an address', () => {
  for (const own of [
    'Patient/12',
    'Patient/12/_history/3',
    `${OWN}/Patient/12`,
    `${OWN}/Patient/12/_history/3`,
    'http://ehr.example.org/fhir/Patient/12',
    'https://EHR.example.org:443/fhir/Patient/12',
  ])
    assert.deepEqual(owners(meaningsOf(allergy(own), context)), ['12'], own)
  for (const other of [
    'https://lab.example.org/fhir/Patient/12',
    'https://ehr.example.org/other/fhir/Patient/12',
    'https://ehr.example.org:8443/fhir/Patient/12',
    'https://ehr.example.org.evil.test/fhir/Patient/12',
    'https://lab.example.org/Patient/12/_history/1',
  ]) {
    const [told, ...more] = meaningsOf(allergy(other), context)
    assert.ok(told?.type === 'set-aside' && more.length === 0, other)
    assert.match(told.because, /about a patient of another server \(/)
    assert.equal(told.patientId, undefined)
  }
})

test('where nobody says which server is the own one, every address is, as in a file', () => {
  const { isOwn: _, ...file } = context
  assert.deepEqual(owners(meaningsOf(allergy('https://lab.example.org/fhir/Patient/12'), file)), ['12'])
})

test('whoever is named by another server keeps the name that is shown, and gets no other one', () => {
  const visit = (actor: object): object => ({
    resourceType: 'Appointment',
    id: 'v',
    status: 'booked',
    start: '2026-11-23T14:00:00Z',
    end: '2026-11-23T14:15:00Z',
    participant: [
      { actor: { reference: 'Patient/12', display: 'Ann Alder' }, status: 'accepted' },
      { actor, status: 'accepted' },
    ],
  })
  const provider = (actor: object): string | undefined =>
    meaningsOf(visit(actor), context).flatMap((one) =>
      one.type === 'appointment' ? one.appointment.providerName : [],
    )[0]
  assert.match(provider({ reference: 'Practitioner/9' }) ?? '', /Hale/)
  const other = { reference: 'https://lab.example.org/fhir/Practitioner/9', type: 'Practitioner', display: 'Dr. Moss' }
  assert.equal(provider(other), 'Dr. Moss')
})

test('what has no reference elsewhere is not copied, and nothing but such references is taken out', () => {
  const plain = {
    resourceType: 'X',
    note: [{ text: 'https://lab.example.org/fhir/Patient/12' }],
    deep: { reference: '#c' },
  }
  assert.equal(
    withoutElsewhere(plain, () => false),
    plain,
  )
  assert.deepEqual(
    withoutElsewhere(
      { a: [{ reference: 'https://x.test/Patient/1', display: 'A' }], b: { reference: 'Patient/1' } },
      () => false,
    ),
    { a: [{ display: 'A' }], b: { reference: 'Patient/1' } },
  )
  for (const text of [
    '',
    '#c',
    'urn:uuid:1',
    'Patient/1',
    'ftp://x/Patient/1',
    'https://x.test/',
    'https://x.test/about',
  ])
    assert.equal(serverOf(text), undefined, text)
})
