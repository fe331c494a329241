import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Appointment, Chart } from '../../src/chart/chart.ts'
import { resourcesIn } from '../../src/chart/fhir/bundle.ts'
import { chartsFromFhir, type FhirSetAside } from '../../src/chart/fhir/charts.ts'
import { parseJson, textIn } from '../../src/chart/fhir/json.ts'
import { FarSide } from '../practice/fhir/far-side.ts'
import { NOON, WINDOW, ZONE } from '../practice/fhir/records.ts'
import { sourceOn } from '../practice/fhir/source.ts'

type Read = { charts: Chart[]; appointments: Appointment[]; setAside: FhirSetAside[] }

/** What the product makes of an input; the patient p1 is there unless the input brings one. */
function read(name: string): Read {
  const sent = resourcesIn(parseJson(textOf(name)))
  const patient = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Quillen', given: ['Tamsin'] }] }
  const bringsOne = JSON.stringify(sent).includes('"resourceType":"Patient","id":"p1"')
  return chartsFromFhir(bringsOne ? sent : [patient, ...sent], { sourceId: 'ehr', asOf: NOON, zone: ZONE })
}

function textOf(name: string): string {
  return readFileSync(new URL(`inputs/${name}`, import.meta.url), 'utf8')
}

/** The same over the wire, by a server that answers with the input's own text. */
async function readOverHttp(name: string): Promise<{ charts: Chart[]; setAside: { because: string }[] }> {
  const side = await new FarSide([{ resourceType: 'Patient', id: 'p1' }], NOON).start()
  const types = new Set(resourcesIn(parseJson(textOf(name))).map((one) => textIn(one, 'resourceType') ?? ''))
  side.fault = (url, _request, response) => {
    const type = url.pathname.split('/').at(-1) ?? ''
    if (type === 'metadata') {
      const resource = ['Patient', 'Appointment', ...types].map((one) => ({ type: one }))
      response.end(
        JSON.stringify({
          resourceType: 'CapabilityStatement',
          fhirVersion: '4.0.1',
          rest: [{ mode: 'server', resource }],
        }),
      )
      return true
    }
    if (!types.has(type)) return false
    const wanted = url.searchParams.get('category')
    const found = wanted === null || textOf(name).includes(`"${wanted}"`) ? rawEntries(textOf(name)) : []
    response.end(
      `{"resourceType":"Bundle","type":"searchset","entry":[${found.map((raw) => `{"resource":${raw}}`).join()}]}`,
    )
    return true
  }
  const parts = { charts: [] as Chart[], setAside: [] as { because: string }[] }
  try {
    await using source = sourceOn(side.base)
    for await (const part of source.read({ cursor: null, window: WINDOW })) {
      if (part.type === 'set-aside') parts.setAside.push(...part.records)
      for (const change of part.type === 'charts' ? part.changes : []) {
        if (change.type === 'chart') parts.charts.push(change.chart)
      }
    }
  } finally {
    await side.stop()
  }
  return parts
}

/** The text of each resource of a list, with its numbers as they are written. */
function rawEntries(text: string): string[] {
  return resourcesIn(parseJson(text)).map((one) => JSON.stringify(one))
}

const RESULTS: [id: string, value: string][] = [
  ['Observation/o1', '12345678'],
  ['Observation/o2', '1234567.8'],
  ['Observation/o3', '0.700'],
  ['Observation/o4', '5.4'],
]

function valuesIn(chart: Chart | undefined): [string, string][] {
  const { results } = chart ?? {}
  const entries = results?.status === 'listed' ? results.entries : []
  return entries.map(({ id, value }): [string, string] => [id, value]).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

test('fhir-appointment-display-only.json: people and places that are named in words alone, or contained, are shown', () => {
  const { appointments } = read('fhir-appointment-display-only.json')
  const [words, contained] = appointments
  assert.equal(appointments.length, 2)
  assert.equal(words?.patientName, 'Quillen, Tamsin')
  assert.equal(words?.patientMrn, '7001')
  assert.equal(words?.providerName, 'Moss, Kim')
  assert.deepEqual([words?.locationId, words?.room], ['L1', 'East'])
  assert.equal(contained?.patientName, 'Quillen, Tamsin')
})

test('fhir-appointment-without-status.json: a visit without a status, or with a word that is not known, stays on the schedule', () => {
  const { appointments, setAside } = read('fhir-appointment-without-status.json')
  assert.deepEqual(
    appointments.map(({ status, statusSaid, patientName }) => [status, statusSaid, patientName]),
    [
      ['unknown', undefined, 'Quillen, Tamsin'],
      ['unknown', 'rescheduled', 'Quillen, Tamsin'],
    ],
  )
  assert.deepEqual(setAside, [])
})

test('fhir-big-numbers-changed.json: every digit is kept, over the wire too, and a value sent as text is a value', async () => {
  assert.deepEqual(valuesIn(read('fhir-big-numbers-changed.json').charts[0]), RESULTS)
  assert.deepEqual(valuesIn((await readOverHttp('fhir-big-numbers-changed.json')).charts[0]), RESULTS)
})

test('fhir-birthdate-with-time.json: a birth date keeps its own day', () => {
  assert.equal(read('fhir-birthdate-with-time.json').charts[0]?.patient.birthDate, '1980-03-01')
})

test('fhir-dosage-day-of-week-lost.json: a weekly dose says its day and its end', () => {
  const { medications } = read('fhir-dosage-day-of-week-lost.json').charts[0] ?? {}
  const dosage = medications?.status === 'listed' ? medications.entries[0]?.dosage : undefined
  assert.equal(dosage, '4 tablet, once a week, on Monday, until 2026-10-01')
})

test('fhir-name-text-with-comma.json: the family name stands before the comma', () => {
  assert.deepEqual(read('fhir-name-text-with-comma.json').charts[0]?.patient.name, {
    family: 'QUILLEN',
    given: ['TAMSIN'],
  })
})

test('fhir-period-end-2100.json: an end that is still to come ends nothing', () => {
  const { patient } = read('fhir-period-end-2100.json').charts[0] ?? {}
  assert.equal(patient?.name.family, 'Quillen')
  assert.deepEqual(
    patient?.formerNames.map(({ family }) => family),
    ['Moore'],
  )
  assert.equal(patient?.address?.line, '5 Quay St')
})

test('fhir-ssn-as-mrn.json: a social security number that its system alone tells is never the record number', () => {
  const { patient } = read('fhir-ssn-as-mrn.json').charts[0] ?? {}
  assert.equal(patient?.mrn, '7001')
})
