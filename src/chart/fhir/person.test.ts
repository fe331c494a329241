import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Patient } from '../chart.ts'
import { chartsFromFhir, type FhirSetAside } from './charts.ts'

const REQUEST = { sourceId: 'ehr', asOf: Date.parse('2026-11-23T12:00:00Z'), zone: 'America/New_York' }

function read(more: object, request: object = {}): { patient: Patient; setAside: FhirSetAside[] } {
  const resource = { resourceType: 'Patient', id: 'p1', ...more }
  const { charts, setAside } = chartsFromFhir([resource], { ...REQUEST, ...request })
  const [chart] = charts
  assert.ok(chart)
  return { patient: chart.patient, setAside }
}

test('a name that is a text alone is taken apart as it is written', () => {
  const cases: [text: string, family: string, given: string, more?: object][] = [
    ['QUILLEN, TAMSIN', 'QUILLEN', 'TAMSIN'],
    ['Quillen, Tamsin Rose', 'Quillen', 'Tamsin Rose'],
    ['Quillen,Tamsin', 'Quillen', 'Tamsin'],
    ['Quillen Jr, Tamsin', 'Quillen', 'Tamsin', { suffix: 'Jr' }],
    ['Quillen, Tamsin, MD', 'Quillen', 'Tamsin', { suffix: 'MD' }],
    ['Tamsin Quillen', 'Quillen', 'Tamsin'],
    ['Dr. Tamsin Rose Quillen', 'Quillen', 'Tamsin Rose', { prefix: 'Dr.' }],
    ['Tamsin Quillen, Jr.', 'Quillen', 'Tamsin', { suffix: 'Jr.' }],
    ['Tamsin Quillen III', 'Quillen', 'Tamsin', { suffix: 'III' }],
    ['Ludwig van der Berg', 'van der Berg', 'Ludwig'],
    ['de la Cruz, Ana', 'de la Cruz', 'Ana'],
    ['Tamsin', 'Tamsin', ''],
    ['Quillen,', 'Quillen', ''],
    [', Tamsin', 'Tamsin', ''],
    ['김민지', '김민지', ''],
  ]
  for (const [text, family, given, more] of cases) {
    const { name } = read({ name: [{ text }] }).patient
    assert.deepEqual({ ...name, given: name.given.join(' ') }, { family, given, ...more }, text)
  }
  assert.equal(read({ name: [{ family: ['Quillen'], given: 'Tamsin' }] }).patient.name.family, 'Quillen')
  assert.equal(read({ name: [{ text: 'Quillen, Tamsin', given: ['Tamsin'] }] }).patient.name.family, 'Quillen')
})

test('the name of today is the one in force, and those that are over are former', () => {
  const name = (use: string | undefined, family: string, period?: object): object => ({
    use,
    family,
    given: ['T'],
    period,
  })
  const cases: [names: object[], today: string, former: string[]][] = [
    [[name('maiden', 'Moore'), name('official', 'Quillen', { end: '2100-12-31T00:00:00Z' })], 'Quillen', ['Moore']],
    [
      [name('official', 'Moore', { end: '2015' }), name('official', 'Quillen', { start: '2015' })],
      'Quillen',
      ['Moore'],
    ],
    [[name('official', 'Quillen'), name('official', 'Ode', { start: '2027-01-01' })], 'Quillen', []],
    [[name('official', 'Moore', { start: '2010' }), name('official', 'Quillen', { start: '2015' })], 'Quillen', []],
    [[name('official', 'Quillen', { end: '9999-12-31' }), name('usual', 'Ash')], 'Quillen', []],
    [[name('official', 'Quillen', { end: '2026-11-23' })], 'Quillen', []],
    [[name('official', 'Quillen', { end: '2026' })], 'Quillen', []],
    [[name('official', 'Quillen', { end: 'one day' }), name('old', 'Moore')], 'Quillen', ['Moore']],
    [[name('old', 'Moore', { end: '2001' }), name('old', 'Ash', { end: '2010' })], 'Ash', ['Moore']],
    [[name('nickname', 'Q'), name(undefined, 'Quillen')], 'Quillen', []],
    [[name('anonymous', 'Doe'), name('temp', 'Quillen')], 'Quillen', []],
    [[{ use: 'official' }, name('usual', 'Quillen')], 'Quillen', []],
  ]
  for (const [names, today, former] of cases) {
    const { patient } = read({ name: names })
    assert.equal(patient.name.family, today, JSON.stringify(names))
    assert.deepEqual(
      patient.formerNames.map(({ family }) => family),
      former,
      JSON.stringify(names),
    )
  }
})

test('a nickname is what it says, and an empty or former one is none', () => {
  const official = { use: 'official', family: 'Quillen', given: ['Lucia'] }
  const preferred = (...others: object[]): string | undefined =>
    read({ name: [official, ...others] }).patient.preferredName
  assert.equal(preferred({ use: 'nickname', given: ['Lu'] }), 'Lu')
  assert.equal(preferred({ use: 'nickname', text: 'Lu' }), 'Lu')
  for (const none of [
    { use: 'nickname' },
    { use: 'nickname', given: [''] },
    { use: 'nickname', given: ['Lu'], period: { end: '2001' } },
  ]) {
    assert.equal(preferred(none), undefined)
  }
})

test('addresses and phones are those of now, and an e-mail address is never a phone', () => {
  const address = (line: string, more: object): object => ({ line: [line], city: 'Portland', ...more })
  const { patient } = read({
    address: [
      address('1 Old St', { use: 'home', period: { end: '2020-01-01' } }),
      address('2 Next St', { use: 'home', period: { start: '2027' } }),
      address('PO Box 3', { use: 'home', type: 'postal' }),
      address('4 Quay St', { use: 'home', period: { end: '2999' } }),
    ],
    telecom: [
      { system: 'phone', value: '555-0101', period: { end: '2020' } },
      { system: 'phone', value: '555-0102', use: 'old' },
      { system: 'phone', value: 'tamsin555@example.org' },
      { system: 'email', value: '5550103@example.org' },
      { value: 'mailto:5550104@example.org' },
      { system: 'fax', value: '555-0105' },
      { system: 'url', value: 'https://example.org/5550106' },
      { system: 'phone', value: '555-0107', use: 'work', rank: 2, period: { end: '9999-12-31' } },
      { system: 'Phone', value: 5550108, use: 'mobile', rank: 1 },
      { value: '(207) 555-0109' },
    ],
  })
  assert.equal(patient.address?.line, '4 Quay St')
  assert.deepEqual(
    patient.phones.map(({ number }) => number),
    ['5550108', '555-0107', '(207) 555-0109'],
  )
})

test('a birth date keeps its own day; one that cannot be read is told with the patient', () => {
  const cases: [sent: unknown, day: string | undefined][] = [
    ['1980-03-01', '1980-03-01'],
    ['1980-03-01T00:00:00Z', '1980-03-01'],
    ['1980-03-01T23:30:00-11:00', '1980-03-01'],
    ['1980-03-01T00:00:00.000+0000', '1980-03-01'],
    ['1980-03-01 00:00:00', '1980-03-01'],
    ['19800301', '1980-03-01'],
    ['1980-03', '1980-03'],
    ['1980', '1980'],
    ['03/01/1980', undefined],
    ['1980-02-30', undefined],
    [19_800_301, undefined],
  ]
  for (const [sent, day] of cases) {
    const { patient, setAside } = read({ birthDate: sent })
    assert.equal(patient.birthDate, day, String(sent))
    assert.deepEqual(
      setAside.map(({ patientId, section }) => [patientId, section]),
      day === undefined ? [['p1', undefined]] : [],
      String(sent),
    )
  }
  assert.deepEqual(read({}).setAside, [])
})

test('a midnight is a day, wherever it was midnight', () => {
  const immunization = {
    resourceType: 'Immunization',
    id: 'i',
    status: 'completed',
    patient: { reference: 'Patient/p1' },
  }
  for (const at of [
    '2019-03-07',
    '2019-03-07T00:00:00Z',
    '2019-03-07T00:00:00.000+00:00',
    '2019-03-07T00:00:00-05:00',
  ]) {
    const sent = { ...immunization, vaccineCode: { text: 'Tdap' }, occurrenceDateTime: at }
    const { charts } = chartsFromFhir([{ resourceType: 'Patient', id: 'p1' }, sent], REQUEST)
    const list = charts[0]?.immunizations
    assert.equal(list?.status === 'listed' && list.entries[0]?.day, '2019-03-07', at)
  }
})

const SSN = '999-99-1234'

test('a number that is known to be a secret one is never the record number, whatever tells it', () => {
  const type = (code: string): object => ({
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code }] },
  })
  const cases: object[] = [
    type('SS'),
    type('ss'),
    { system: 'http://hl7.org/fhir/sid/us-ssn' },
    { system: 'http://hl7.org/fhir/sid/us-ssn/' },
    { system: 'urn:oid:2.16.840.1.113883.4.1' },
    { system: 'URN:OID:2.16.840.1.113883.4.1' },
    { system: '2.16.840.1.113883.4.1' },
    { system: 'https://hospital.example/SSN' },
    { type: { text: 'Social Security Number' } },
    { type: { coding: [{ code: 'X', display: 'Social Security number' }] } },
    { ...type('MR'), system: 'http://hl7.org/fhir/sid/us-ssn' },
    { use: 'usual', system: 'urn:ssn' },
    {},
    { system: 'urn:oid:2.16.840.1.113883.4.3.25' },
    { system: 'urn:oid:2.16.840.1.113883.4.3' },
    { system: 'http://hl7.org/fhir/sid/us-dl-ny' },
    { system: 'https://dmv.example/drivers-license' },
    type('DL'),
    type('PPN'),
    { system: 'http://hl7.org/fhir/sid/passport-USA' },
    { system: 'http://hl7.org/fhir/sid/us-mbi' },
    { system: 'http://hl7.org/fhir/sid/us-medicare' },
    { system: 'https://state.example/medicaid-id' },
    { type: { text: 'Member number' } },
    type('MB'),
  ]
  for (const identifier of cases) {
    const secret = { ...identifier, value: SSN }
    const alone = read({ identifier: [secret] })
    assert.equal(alone.patient.mrn, '', JSON.stringify(identifier))
    assert.equal(alone.setAside.length, 1, JSON.stringify(identifier))
    assert.doesNotMatch(alone.setAside[0]?.because ?? '', /\d/)
    assert.equal(alone.setAside[0]?.patientId, 'p1')
    const beside = read({ identifier: [secret, { system: 'urn:mrn', value: 7001 }] })
    assert.equal(beside.patient.mrn, '7001', JSON.stringify(identifier))
    assert.deepEqual(beside.setAside, [])
  }
  const twice = [
    { system: 'http://hl7.org/fhir/sid/us-ssn', value: '999991234' },
    { ...type('MR'), value: SSN },
  ]
  assert.equal(read({ identifier: twice }).patient.mrn, '')
})

test('the record number is the configured one, else of type MR, else the usual one, else one that people can read', () => {
  const plain = { system: 'urn:lab', value: 'L9' }
  const uuid = { system: 'https://github.com/synthetichealth/synthea', value: '0b9c7d5e-2f6a-4c1b-9d3e-8a7b6c5d4e3f' }
  const typed = { type: { coding: [{ code: 'MR' }] }, value: 'M1' }
  const mrnOf = (identifier: object[], mrnSystem?: string): string => read({ identifier }, { mrnSystem }).patient.mrn
  assert.equal(mrnOf([uuid, plain, typed]), 'M1')
  assert.equal(mrnOf([uuid, plain, { type: { text: 'Medical record number' }, value: 'M2' }]), 'M2')
  assert.equal(mrnOf([uuid, typed, plain], 'urn:lab'), 'L9')
  assert.equal(mrnOf([plain, { use: 'usual', value: 'U1' }]), 'U1')
  assert.equal(mrnOf([{ system: 'https://member-passport.example/ids/mrn', value: 'H1' }]), 'H1')
  assert.equal(mrnOf([uuid, plain]), 'L9')
  assert.equal(mrnOf([{ ...typed, use: 'old' }, plain]), 'L9')
  assert.equal(
    mrnOf([
      { ...typed, period: { end: '2019' } },
      { ...typed, value: 'M3', period: { end: '2100' } },
    ]),
    'M3',
  )
})
