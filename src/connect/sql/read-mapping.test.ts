import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inWords } from '../../base/complaint.ts'
import { loadMapping, mappingFile, parseMapping, SHIPPED } from './read-mapping.ts'

const SAMPLE = readFileSync(mappingFile('sample-practice'), 'utf8')

function said(text: string): string[] {
  return parseMapping(text, 'my.yaml').complaints.map(inWords)
}

/** The sample mapping with some of its words changed, and the lines on which that happened. */
function changed(...changes: [from: string, to: string][]): { text: string; lines: number[] } {
  let text = SAMPLE
  const lines: number[] = []
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), from)
    lines.push(text.slice(0, text.indexOf(from)).split('\n').length)
    text = text.replace(from, to)
  }
  return { text, lines }
}

test('the mappings that come with Holdfast are right', async () => {
  for (const name of SHIPPED) {
    const mapping = await loadMapping(name)
    assert.equal(mapping.mapping, 1)
    assert.deepEqual(said(readFileSync(mappingFile(name), 'utf8')), [])
  }
})

test('everything wrong is told at once, each with its line and what was meant', () => {
  const { text, lines } = changed(
    ['driver: postgres', 'driver: postgress'],
    ['fullPass: 1h', 'fulPass: 1h'],
    ['overlap: 2m', 'overlap: soon'],
  )
  const complaints = said(text)
  assert.equal(complaints.length, 3)
  assert.match(
    complaints[0] ?? '',
    new RegExp(`^my.yaml:${lines[0]}:1 driver must be one of postgres, mysql.*"postgres"`),
  )
  assert.match(complaints[1] ?? '', new RegExp(`^my.yaml:${lines[2]}:1 overlap.*5m`))
  assert.match(
    complaints[2] ?? '',
    new RegExp(`^my.yaml:${lines[1]}:1 "fulPass" is not known here. Did you mean "fullPass"`),
  )
})

test('fields, words, zones and parameters are held against what there is', () => {
  const { text, lines } = changed(
    ['America/Chicago', 'Middle/Earth'],
    ['criticality: criticality', 'critcality: criticality'],
    ['F: female', 'F: woman'],
    ['from chart_alert where patient_id = any(:patients)', 'from chart_alert where patient_id = any(:patient)'],
    ['from allergy where patient_id = any(:patients)', 'from allergy where patient_id in (:patients)'],
  )
  const complaints = said(text)
  assert.equal(complaints.length, 5, complaints.join('\n'))
  const about = (line: number | undefined) =>
    complaints.find((complaint) => complaint.startsWith(`my.yaml:${line}:`)) ?? ''
  assert.match(about(lines[0]), /IANA time zone/)
  assert.match(about(lines[1]), /no field "critcality" here. Did you mean "criticality"/)
  assert.match(about(lines[2]), /"woman" is not allowed here; allowed: female, male/)
  assert.match(about(lines[3]), /:patient is not a parameter.*Did you mean "patients"/)
  assert.match(about(lines[4]), /= any\(:patients\)/)
})

test('a span, a parameter and a word that are wrong are told together, though only the first is a matter of shape', () => {
  const { text, lines } = changed(
    ['fullPass: 1h', 'fullPass: hourly'],
    ['from chart_alert where patient_id = any(:patients)', 'from chart_alert where patient_id = any(:patient)'],
    ['F: female', 'F: man'],
  )
  const complaints = said(text)
  assert.equal(complaints.length, 3, complaints.join('\n'))
  const places = complaints.map((complaint) => Number(complaint.split(':')[1]))
  assert.deepEqual(
    places,
    [...lines].toSorted((a, b) => a - b),
  )
})

test('without a driver that we know, everything but the queries is still judged', () => {
  const { text } = changed(['driver: postgres', 'driver: oracle'], ['America/Chicago', 'Middle/Earth'])
  const complaints = said(text)
  assert.equal(complaints.length, 2, complaints.join('\n'))
})

test('a list of which silence could kill must say what an empty list means', () => {
  const { text } = changed(['allergies:\n  empty: not-received\n', 'allergies:\n'])
  assert.match(said(text).join('\n'), /allergies must say what an empty list means/)
})

test('a query that writes is refused', () => {
  const { text } = changed([
    'ids: select patient_id from patient where active order by patient_id',
    'ids: delete from patient',
  ])
  assert.match(said(text).join('\n'), /one statement that reads/)
})

test('a password in the mapping is warned of and not repeated', () => {
  const { text } = changed(['url: { env: HOLDFAST_EHR_URL }', 'url: postgres://reader:hunter2@db/ehr'])
  const complaints = said(text)
  assert.match(complaints.join('\n'), /warning: a password stands in the mapping/)
  assert.ok(!complaints.join('\n').includes('hunter2'))
})

test('what is not YAML, or repeats a key, or is another file altogether, is told with its line', () => {
  assert.match(said('mapping: 1\nname: [')[0] ?? '', /^my.yaml:2:\d+ not YAML/)
  assert.match(said('mapping: 1\nmapping: 1\n')[0] ?? '', /^my.yaml:2:1 not YAML: Map keys must be unique/)
  assert.match(said('- a\n- b\n').join('\n'), /the mapping must be a group of keys/)
  assert.match(said('').join('\n'), /the mapping must be a group of keys/)
  assert.equal(said('mapping: 1\n').length, 6)
})

test('the digest changes with what is asked, not with where the database is', () => {
  const digest = (text: string) => parseMapping(text, 'my.yaml').mapping?.digest
  const { text: moved } = changed(['url: { env: HOLDFAST_EHR_URL }', 'url: { env: ANOTHER_URL }'])
  const { text: other } = changed(['overlap: 2m', 'overlap: 3m'])
  assert.equal(digest(moved), digest(SAMPLE))
  assert.notEqual(digest(other), digest(SAMPLE))
})
