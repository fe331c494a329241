import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Mapped } from '../../chart/fhir/mapped.ts'
import { csvTold } from './csv-file.ts'
import { readCsvMapping } from './csv-mapping.ts'

const MAPPING = `csv: 1
files:
  - match: "patients*"
    holds: patients
    fields: { id: ID, mrn: MRN, name.family: Last, phone.mobile: Cell }
  - match: "results*"
    holds: results
    fields: { patientId: ID, text: Test, value: Value, referenceRange: Range }
  - match: "labs*"
    holds: results
    fields: { patientId: ID, text: Test, value: Value, referenceRange: Range, note: Note }
  - match: "meds*"
    holds: medications
    fields: { patientId: ID, text: Drug, dosage: Sig }
  - match: "visits*"
    holds: appointments
    fields: { id: Visit, locationId: Site, patientId: ID, patientName: Patient, providerId: Doctor, start: Start }
  - match: "coverage*"
    holds: coverage
    fields: { patientId: ID, payer: Payer, memberId: Member, rank: Rank }
`

async function mappedOf(name: string, ...lines: string[]): Promise<Mapped[]> {
  const read = readCsvMapping(MAPPING, 'map.yaml')
  assert.ok('mapping' in read)
  const rule = read.mapping.rules.find(({ match }) => name.startsWith(match.slice(0, -1)))
  assert.ok(rule)
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hf-csv-'))
  const path = join(folder.path, name)
  await writeFile(path, lines.join('\n'))
  const file = { path, name, delivery: 1, place: 1, asOf: 0, hash: '', bad: false }
  const mapped: Mapped[] = []
  for await (const batch of csvTold(file, rule, { sourceId: 'drop', asOf: 0, zone: 'UTC' }, 1e6))
    mapped.push(...batch.map((told) => told.mapped))
  return mapped
}

const asides = (mapped: Mapped[]) => mapped.flatMap((one) => (one.type === 'set-aside' ? [one] : []))
const people = (mapped: Mapped[]) => mapped.flatMap((one) => (one.type === 'patient' ? [one.patient] : []))
const visits = (mapped: Mapped[]) => mapped.flatMap((one) => (one.type === 'appointment' ? [one.appointment] : []))

test('what guards a number from a spreadsheet is no part of it', async () => {
  for (const [cell, id] of [
    ['"=""00123"""', '00123'],
    ["'00123", '00123'],
    ['00123', '00123'],
    ["'t Hooft", "'t Hooft"],
  ] as const) {
    const [patient] = people(
      await mappedOf('patients.csv', 'ID,MRN,Last,Cell', `${cell},${cell},'t Hooft,"=""608555"""`),
    )
    assert.deepEqual([patient?.id, patient?.mrn, patient?.name.family], [id, id, "'t Hooft"], cell)
    assert.equal(patient?.phones[0]?.number, '608555')
  }
})

test('a value, a range or directions that a spreadsheet made a day of are told with their patient, and not shown', async () => {
  for (const cell of ['2-Jan', '10-May', 'Feb-00', '5. Mrz', '05-DEC']) {
    const values = await mappedOf('results.csv', 'ID,Test,Value,Range', `7,Cells,${cell},1-5`)
    assert.deepEqual(
      values.map((one) => [one.type, 'patientId' in one ? one.patientId : '', 'section' in one ? one.section : '']),
      [['set-aside', '7', 'results']],
      cell,
    )
    const ranges = await mappedOf('results.csv', 'ID,Test,Value,Range', `7,Cells,3,${cell}`)
    assert.ok(!JSON.stringify(ranges.filter(({ type }) => type === 'entry')).includes(cell))
    assert.deepEqual(ranges.map(({ type }) => type).toSorted(), ['entry', 'set-aside'])
    const sigs = await mappedOf('meds.csv', 'ID,Drug,Sig', `7,Tylenol,${cell}`)
    assert.deepEqual(sigs.map(({ type }) => type).toSorted(), ['entry', 'set-aside'])
  }
  for (const cell of ['1-2', 'Marginal', '5 Mar 2026', 'Decreased', '2.5'])
    assert.deepEqual(asides(await mappedOf('results.csv', 'ID,Test,Value,Range', `7,Cells,${cell},1-5`)), [], cell)
})

test('a line that hides others behind an open quote is told; a text of several lines is not', async () => {
  const head = 'ID,Test,Value,Range'
  const hiding = await mappedOf('results.csv', head, '7,A,"5,1-2', '8,B,6",1-2', '9,C,7,1-2')
  assert.deepEqual(
    asides(hiding).map(({ because, patientId }) => [because.slice(0, 26), patientId]),
    [['The line holds others with', '7']],
  )
  assert.equal(hiding.filter(({ type }) => type === 'entry').length, 2)
  assert.deepEqual(asides(await mappedOf('results.csv', head, '7,A,"growth of', 'E. coli, many",1-2')), [])
})

test('the first line of a file that was put to the end of another is no row', async () => {
  const head = 'ID,MRN,Last,Cell'
  const mapped = await mappedOf('patients.csv', `\uFEFF${head}`, '1,1,Quay,', `\uFEFF${head}`, '2,2,Moore,')
  assert.deepEqual(
    people(mapped).map(({ id }) => id),
    ['1', '2'],
  )
  assert.deepEqual(asides(mapped), [])
})

test('visits of two patients under one id are both shown, and it is told', async () => {
  const head = 'Visit,Site,ID,Patient,Doctor,Start'
  const row = (id: string, patient: string): string => `${id},HV,${patient},Name ${patient},D,2026-11-23 09:00`
  const mapped = await mappedOf('visits.csv', head, row('v1', '1'), row('v1', '2'), row('v2', '1'), row('v1', '1'))
  assert.deepEqual(
    visits(mapped).map(({ id, patientId }) => [id, patientId]),
    [
      ['v1', '1'],
      ['v1/2', '2'],
      ['v2', '1'],
      ['v1', '1'],
    ],
  )
  assert.deepEqual(
    asides(mapped).map(({ patientId }) => patientId),
    ['2'],
  )
})

test('an insurance whose rank cannot be read is not called the first', async () => {
  const ranks = async (rank: string): Promise<unknown> => {
    const [entry] = (await mappedOf('coverage.csv', 'ID,Payer,Member,Rank', `7,Acme,123,${rank}`)).filter(
      ({ type }) => type === 'entry',
    )
    return entry !== undefined && 'entry' in entry && 'rank' in entry.entry ? entry.entry.rank : undefined
  }
  assert.deepEqual(await Promise.all(['', 'secondary', 'P'].map(ranks)), ['primary', 'secondary', 'other'])
})

test('a result whose words are in its note is kept', async () => {
  const shown = async (cells: string): Promise<unknown[]> =>
    (await mappedOf('labs.csv', 'ID,Test,Value,Range,Note', `7,Culture,${cells}`)).flatMap((one) =>
      one.type === 'entry' && one.section === 'results' ? [one.entry.value, one.entry.note] : [],
    )
  assert.deepEqual(await shown('5,1-2,'), ['5', undefined])
  assert.deepEqual(await shown('5,1-2,Hemolyzed'), ['5', 'Hemolyzed'])
  assert.deepEqual(await shown(',,MRSA'), ['(see the note)', 'MRSA'])
  assert.deepEqual(await shown('2-Jan,,MRSA'), [])
  assert.deepEqual(await shown(',,'), [])
})

test('a visit with a day alone is shown and told', async () => {
  const mapped = await mappedOf('visits.csv', 'Visit,Site,ID,Patient,Doctor,Start', 'v1,HV,7,Name,D,2026-11-23')
  assert.equal(visits(mapped).length, 1)
  assert.match(asides(mapped)[0]?.because ?? '', /no time of day/)
})
