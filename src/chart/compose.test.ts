import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankChart } from './blank-chart.ts'
import type { AllergyIntolerance, Chart, Section } from './chart.ts'
import { composedChart } from './compose.ts'

const allergy = (id: string, text = id): AllergyIntolerance => ({
  id,
  code: { text, codings: [] },
  criticality: 'unknown',
  verified: true,
})
const listed = (...ids: string[]): Section<AllergyIntolerance> => ({
  status: 'listed',
  entries: ids.map((id) => allergy(id)),
})

function record(sourceId: string, id: string, more: Partial<Chart> = {}): Chart {
  const blank = blankChart(id, sourceId, 1)
  return { ...blank, ...more, patient: { ...blank.patient, ...more.patient } }
}

test('a chart of one record is that record under the name of its person', () => {
  const chart = composedChart('ehr~12', [record('ehr', '12', { allergies: listed('a'), heard: { whole: 1 } })])
  assert.equal(chart.patient.id, 'ehr~12')
  assert.equal(chart.heard, undefined)
  assert.equal(chart.sectionSources, undefined)
})

test('of every two lists nothing is dropped, and no "none known" stands over an entry', () => {
  const lists: Section<AllergyIntolerance>[] = [
    listed('a', 'b'),
    listed('c'),
    listed(),
    { status: 'none-known', statement: 's' },
    { status: 'not-asked' },
    { status: 'not-received' },
  ]
  for (const one of lists)
    for (const other of lists) {
      const { allergies, sectionSources } = composedChart('p', [
        record('ehr', '1', { allergies: one }),
        record('labs', '9', { allergies: other }),
      ])
      const wanted = [one, other].flatMap((list) => (list.status === 'listed' ? list.entries.map(({ id }) => id) : []))
      const got = allergies.status === 'listed' ? allergies.entries.map(({ id }) => id) : []
      assert.deepEqual([...new Set(got)].sort(), [...new Set(wanted)].sort())
      if (wanted.length > 0) {
        const contradicted = [one, other].some(({ status }) => status === 'none-known')
        assert.equal(allergies.status === 'listed' && allergies.noneStated !== undefined, contradicted)
      } else if (one.status === 'none-known' || other.status === 'none-known')
        assert.notEqual(allergies.status, 'not-received')
      if (other.status === 'listed' && other.entries.length > 0) assert.ok(sectionSources?.allergies?.includes('labs'))
    }
})

test('two entries of one id and different words both stay', () => {
  const chart = composedChart('p', [
    record('ehr', '1', { allergies: { status: 'listed', entries: [allergy('1', 'Penicillin')] } }),
    record('labs', '1', { allergies: { status: 'listed', entries: [allergy('1', 'Latex')] } }),
  ])
  assert.deepEqual(chart.allergies.status === 'listed' && chart.allergies.entries.map(({ code }) => code.text).sort(), [
    'Latex',
    'Penicillin',
  ])
})

test('the leading record says who the person is, others fill gaps, and the strictest restriction holds', () => {
  const ehr = record('ehr', '1')
  ehr.patient = { ...ehr.patient, mrn: '7', name: { family: 'Nguyen', given: ['Lan'] } }
  const labs = record('labs', '7', { restriction: 'part2' })
  labs.patient = { ...labs.patient, mrn: '007', name: { family: 'Tran', given: ['Lan'] }, birthDate: '1980-03-01' }
  const { patient, restriction } = composedChart('1', [ehr, labs])
  assert.deepEqual(
    [patient.mrn, patient.name.family, patient.birthDate, restriction],
    ['7', 'Nguyen', '1980-03-01', 'part2'],
  )
  assert.deepEqual(
    patient.formerNames.map(({ family }) => family),
    ['Tran'],
  )
})
